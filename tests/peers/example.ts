import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { outputOf } from "../processes/child-output";

const examples = path.resolve(import.meta.dirname, "../../examples");

/**
 * Runs an example as a user would: a copy in a separate process.
 * @param prepare Installs packages into the copy.
 */
export async function startExample(
  name: string,
  settings: Record<string, string>,
  prepare: (folder: string) => void = () => {},
) {
  const folder = mkdtempSync(path.join(tmpdir(), `keyward-${name}-`));
  cpSync(path.join(examples, name), folder, { recursive: true });
  prepare(folder);
  const child = run(folder, settings);
  const printed = outputOf(child);
  await printed.printed(/listens on .*\n/);
  return {
    ...printed,
    stop: async () => {
      if (child.exitCode === null) {
        child.kill("SIGTERM");
        await once(child, "exit");
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Starts an example when it is expected to fail, and returns its output. */
export async function refusedExample(
  name: string,
  settings: Record<string, string>,
): Promise<[number, string]> {
  const child = run(path.join(examples, name), settings);
  let output = "";
  child.stderr.on("data", (chunk) => (output += chunk));
  const [code] = (await once(child, "close")) as [number];
  return [code, output.trim()];
}

function run(cwd: string, settings: Record<string, string>) {
  const env = { NODE_ENV: "test" as const, PATH: process.env.PATH, ...settings };
  return spawn(process.execPath, ["main.mjs"], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
}
