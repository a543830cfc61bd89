import { execFileSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { useBundle } from "@/tests/processes/bundle";

const program = useBundle("tests/processes/full-disk-process.ts");

test.each([
  ["every whole segment", "40"],
  ["the only segment", "8"],
])("S59 a full disk recovers at once by deleting %s that was copied", (_, megabytes) => {
  const folder = mkdtempSync(path.join(tmpdir(), "keyward-disk-"));
  // A small file system that only this process sees, and that vanishes with it.
  const script =
    'mount -t tmpfs -o "size=$2m" tmpfs "$1" && exec "$3" --enable-source-maps "$4" "$1/spool" "$2"';
  const output = execFileSync(
    "unshare",
    [
      "--user",
      "--map-root-user",
      "--mount",
      "sh",
      "-ec",
      script,
      "sh",
      folder,
      megabytes,
      process.execPath,
      program(),
    ],
    { encoding: "utf8" },
  );
  expect(JSON.parse(output)).toEqual({ refusedWhileCopied: 0, refusedAgain: true, takenAfterCopying: true });
  rmdirSync(folder);
});
