import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { libfaketime } from "@/scripts/debian-programs.mjs";

export type FakeClock = {
  /** Environment variables that make a process use this clock. */
  env: Record<string, string>;
  /** Sets the offset from the real time, in seconds. It applies from the next reading on. */
  setTo(offsetSeconds: number): void;
  remove(): void;
};

/** A wall clock that a test can step while a process runs. The monotonic clock is unaffected, as when an administrator sets the time. */
export function makeFakeClock(): FakeClock {
  const folder = mkdtempSync(path.join(tmpdir(), "keyward-clock-"));
  const file = path.join(folder, "offset");
  const setTo = (offsetSeconds: number) =>
    // Written in place, so that the file always exists. One line is written atomically.
    writeFileSync(file, `${offsetSeconds < 0 ? "" : "+"}${offsetSeconds}\n`, { mode: 0o644 });
  setTo(0);
  return {
    env: {
      LD_PRELOAD: libfaketime,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      FAKETIME_DISABLE_SHM: "1",
    },
    setTo,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
