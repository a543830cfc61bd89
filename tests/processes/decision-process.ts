import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { runtime } from "@/lib/server/runtime";
import { waitUntil } from "../wait-until";

export type DecisionProcess = {
  child: ChildProcess;
  origin: string;
  output(): string;
  kill(): Promise<void>;
  /** Stops it with SIGTERM and waits until it has exited. */
  stop(): Promise<void>;
};

/**
 * Starts another instance on the database of the test file, in a separate process.
 * @param program The bundle of tests/processes/key-api-process.ts.
 */
export async function startDecisionProcess(
  program: string,
  settings: Record<string, string> = {},
): Promise<DecisionProcess> {
  const { databaseUrl, dataDir } = runtime().env;
  const child = spawn(process.execPath, [program], {
    env: {
      NODE_ENV: "test",
      PATH: process.env.PATH,
      DATABASE_URL: databaseUrl ?? "",
      DATA_DIR: dataDir,
      LOG_LEVEL: "warn",
      ...settings,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  await waitUntil("the instance listens", async () => /listening on \d+/.test(output));
  return {
    child,
    origin: `http://127.0.0.1:${/listening on (\d+)/.exec(output)?.[1]}`,
    output: () => output,
    kill: () => end(child, "SIGKILL"),
    stop: () => end(child, "SIGTERM"),
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, "exit");
}
