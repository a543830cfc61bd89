import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { libfaketime } from "@/scripts/debian-programs.mjs";

export type FakeClock = {
  /** What a process is started with to go by this clock. */
  env: Record<string, string>;
  /** Steps it: so many seconds away from the true time, from the next look at it on. */
  setTo(offsetSeconds: number): void;
  remove(): void;
};

/** A wall clock that a test may step under a running process. The monotonic one stays true, as it does where an administrator sets the time. */
export function makeFakeClock(): FakeClock {
  const folder = mkdtempSync(path.join(tmpdir(), "keyward-clock-"));
  const file = path.join(folder, "offset");
  const setTo = (offsetSeconds: number) =>
    // In place: a reader never finds it absent, and one line is written at once.
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
