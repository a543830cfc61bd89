import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";

const unit = path.join(import.meta.dirname, "keyward.service");

test("systemd understands every line of the unit", () => {
  // It also looks for the program, which is /usr/bin/node only where Node.js comes from a package.
  const file = path.join(mkdtempSync(path.join(tmpdir(), "keyward-unit-")), "keyward.service");
  writeFileSync(file, readFileSync(unit, "utf8").replaceAll("/usr/bin/node", process.execPath));
  const { status, stdout, stderr } = spawnSync("systemd-analyze", ["verify", file], { encoding: "utf8" });
  expect([status, stdout, stderr.replace(/^.*(keyward\.service)/gm, "$1")]).toEqual([0, "", ""]);
});

test("the unit exposes little: 2.0 or less of 10", () => {
  const report = execFileSync("systemd-analyze", ["security", "--offline=true", "--no-pager", unit], {
    encoding: "utf8",
  });
  const exposure = /Overall exposure level for keyward\.service: ([\d.]+)/.exec(report)?.[1];
  expect(Number(exposure), report).toBeLessThanOrEqual(2);
});
