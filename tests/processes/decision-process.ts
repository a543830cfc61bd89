import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { runtime } from "@/lib/server/runtime";
import { type ChildOutput, outputOf } from "./child-output";

export type DecisionProcess = ChildOutput & {
  child: ChildProcess;
  origin: string;
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
  const printed = outputOf(child);
  const listening = /listening on (\d+)\n/;
  const [, port] = listening.exec(await printed.printed(listening)) ?? [];
  return {
    child,
    origin: `http://127.0.0.1:${port}`,
    ...printed,
    kill: () => end(child, "SIGKILL"),
    stop: () => end(child, "SIGTERM"),
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, "exit");
}
