import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";
import { expect } from "vitest";
import { runtime } from "@/lib/server/runtime";
import { projectRoot } from "@/server/start-runtime";

export type Ended = { code: number; stdout: string; stderr: string; json: never };
type Run = (args: string[], given?: { env?: Record<string, string>; stdin?: string }) => Promise<Ended>;

/** Runs the command line in a separate process, on the database of the test file. Call it after useRuntime(). */
export function useKeywardCommand(): Run {
  const program = path.join(projectRoot(), "dist/cli.mjs");
  return async (args, { env = {}, stdin = "" } = {}) => {
    const { databaseUrl, dataDir } = runtime().env;
    const child = spawn(process.execPath, [program, ...args], {
      env: {
        NODE_ENV: "test",
        PATH: process.env.PATH,
        DATABASE_URL: databaseUrl ?? "",
        DATA_DIR: dataDir,
        ...env,
      },
    });
    // A command that fails before it reads its input closes the pipe.
    child.stdin.on("error", () => {});
    child.stdin.end(stdin);
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "exit"),
    ]);
    return { code: code as number, stdout, stderr, json: parse(stdout) as never };
  };
}

export function expectDone(ended: Ended): void {
  expect([ended.code, ended.stderr]).toEqual([0, ""]);
}

/** Asserts that a command failed: exit code 1, nothing on standard output, one line on standard error. */
export function expectFailed(ended: Ended, expected: RegExp): void {
  expect(ended).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(expected) });
  expect(ended.stderr.trimEnd().split("\n")).toHaveLength(1);
}

function parse(stdout: string): unknown {
  try {
    return JSON.parse(stdout);
  } catch {
    return null;
  }
}
