import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { projectRoot } from "@/server/start-runtime";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "keyward-commit-"));
  mkdirSync(path.join(folder, "scripts"));
  for (const name of ["find-commit.mjs", "run.mjs", "stop-with-parent.mjs"])
    copyFileSync(path.join(projectRoot(), "scripts", name), path.join(folder, "scripts", name));
  writeFileSync(path.join(folder, "source.txt"), "one");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@example.test", ...args], {
    cwd: folder,
    encoding: "utf8",
  }).trim();

function findCommit(env: Record<string, string> = {}): string {
  const program = `import("./scripts/find-commit.mjs").then((m) => process.stdout.write(m.findCommit(["source.txt"])))`;
  return execFileSync(process.execPath, ["-e", program], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env.PATH, ...env } as never,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

test("a build knows its commit from the repository, or from KEYWARD_COMMIT, and says if its sources differ", () => {
  expect(findCommit()).toBe("");
  const given = "7f10c1682f5e1d0bb1ba3f7cf9c9e0a6d2a3b4c5";
  expect(findCommit({ KEYWARD_COMMIT: given })).toBe("7f10c1682f5e");
  expect(findCommit({ KEYWARD_COMMIT: "unknown" })).toBe("");
  expect(() => findCommit({ KEYWARD_COMMIT: "main" })).toThrow("KEYWARD_COMMIT must be a commit");
  git("init", "--quiet");
  // A repository without a commit.
  expect(findCommit()).toBe("");
  git("add", "source.txt");
  git("commit", "--quiet", "--message", "one");
  const commit = git("rev-parse", "HEAD").slice(0, 12);
  expect(findCommit()).toBe(commit);
  writeFileSync(path.join(folder, "source.txt"), "two");
  expect(findCommit()).toBe(`${commit}.modified`);
  // Below a folder with another project's repository.
  git("checkout", "--quiet", "source.txt");
  mkdirSync(path.join(folder, "unpacked"));
  execFileSync("cp", ["-r", "scripts", "unpacked/"], { cwd: folder });
  const program = `import("./unpacked/scripts/find-commit.mjs").then((m) => process.stdout.write(m.findCommit(["."])))`;
  expect(execFileSync(process.execPath, ["-e", program], { cwd: folder, encoding: "utf8" })).toBe("");
});
