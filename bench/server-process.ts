import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import path from "node:path";
import { pinning } from "./machine";

export const root = path.resolve(import.meta.dirname, "..");

/** The same for all servers of a database, whichever data folder they have: they seal with the same keys. */
export const encryptionKey = randomBytes(32).toString("base64");

export type ServerProcess = {
  pid: number;
  port: number;
  /** Milliseconds from the start to the first successful response. */
  startedAfter: number;
  /** Sends a message and resolves with the reply. */
  ask<Answer>(): Promise<Answer>;
  stop(): Promise<void>;
};

const running = new Set<ChildProcess>();

/**
 * Starts a server in a separate process, on the CPU reserved for servers, and waits until it answers.
 * @param program Below the project's folder.
 * @param ready A path that answers 200 once the server is ready.
 */
export async function startServer(
  program: string[],
  settings: Record<string, string>,
  ready: { path: string },
  { onAnyProcessor } = { onAnyProcessor: false },
): Promise<ServerProcess> {
  const port = await freePort();
  const pinned = onAnyProcessor ? null : pinning();
  const command = [...(pinned ? ["taskset", "-c", pinned.server] : []), process.execPath, ...program];
  const start = performance.now();
  const child = spawn(command[0] as string, command.slice(1), {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NODE_ENV: "production",
      PORT: String(port),
      ENCRYPTION_KEYS: encryptionKey,
      ...settings,
    },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  running.add(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk) => {
      output = (output + chunk).slice(-10_000);
    });
  child.once("exit", () => running.delete(child));
  await waitUntilReady(child, `http://127.0.0.1:${port}${ready.path}`, () => output);
  return {
    pid: child.pid as number,
    port,
    startedAfter: performance.now() - start,
    async ask<Answer>() {
      const answer = once(child, "message");
      child.send("tell");
      return (await answer)[0] as Answer;
    },
    stop: () => stopServer(child),
  };
}

/** Stops all servers when the benchmark ends early. */
export async function stopAllServers(): Promise<void> {
  await Promise.all([...running].map(stopServer));
}

async function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 20_000);
  await ended;
  clearTimeout(timer);
}

async function waitUntilReady(child: ChildProcess, url: string, output: () => string): Promise<void> {
  const deadline = performance.now() + 60_000;
  let last = "it refused the connection";
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`A server exited with code ${child.exitCode}:\n${output()}`);
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
      last = `${answer.status}: ${await answer.text()}`;
      if (answer.ok) return;
    } catch {
      // It isn't listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${url} did not answer 200 within a minute (${last}):\n${output()}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
