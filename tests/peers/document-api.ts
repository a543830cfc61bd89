import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { installSdk } from "../processes/installed-sdk";
import { waitUntil } from "../wait-until";

const example = path.resolve(import.meta.dirname, "../../examples/document-api");

/** Runs the example as a user would: a copy with the package installed, in a separate process. */
export async function startDocumentApi(settings: Record<string, string>) {
  const folder = mkdtempSync(path.join(tmpdir(), "keyward-document-api-"));
  cpSync(example, folder, { recursive: true });
  if (settings.PROTECTED_BY === "sdk") installSdk(folder);
  const child = run(folder, { PORT: "0", ...settings });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  await waitUntil("the document API listens", async () => {
    if (child.exitCode !== null) throw new Error(`The document API exited:\n${output}`);
    return /listens on \S+:\d+,/.test(output);
  });
  return {
    port: Number(/:(\d+),/.exec(output)?.[1]),
    host: /\/\/([\d.]+):/.exec(output)?.[1],
    stop: async () => {
      if (child.exitCode === null) {
        child.kill("SIGTERM");
        await once(child, "exit");
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Starts it when it is expected to fail, and returns its output. */
export async function refusedDocumentApi(settings: Record<string, string>): Promise<[number, string]> {
  const child = run(example, settings);
  let output = "";
  child.stderr.on("data", (chunk) => (output += chunk));
  const [code] = (await once(child, "close")) as [number];
  return [code, output.trim()];
}

function run(cwd: string, settings: Record<string, string>) {
  const env = { NODE_ENV: "test" as const, PATH: process.env.PATH, ...settings };
  return spawn(process.execPath, ["main.mjs"], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
}
