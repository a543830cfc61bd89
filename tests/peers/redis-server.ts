import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "../processes/started-server";
import { waitUntil } from "../wait-until";

export type RedisServer = {
  url: string;
  port: number;
  /** Simulates the loss of the machine. When it is started again, it is empty. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Pauses it: connections stay open, but nothing is answered until it is resumed. */
  pause(): void;
  resume(): void;
  remove(): Promise<void>;
};

/**
 * A Redis server without persistence.
 * @param more Additional command line arguments.
 */
export async function startRedis(more: string[] = []): Promise<RedisServer> {
  const port = await freePort();
  const folder = mkdtempSync(path.join(tmpdir(), "keyward-redis-"));
  let child: ReturnType<typeof spawn> | null = null;
  const start = async () => {
    let output = "";
    const args = ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", ...more];
    const running = spawn("redis-server", args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [running.stdout, running.stderr])
      stream?.on("data", (chunk) => {
        output += chunk;
      });
    running.on("error", (error) => {
      output += error.message;
    });
    await waitUntil("Redis listens", async () => {
      if (running.exitCode !== null) throw new Error(`Redis exited with ${running.exitCode}:\n${output}`);
      return output.includes("Ready to accept connections");
    });
    child = running;
  };
  const stop = async () => {
    const running = child;
    child = null;
    if (!running || running.exitCode !== null) return;
    running.kill("SIGKILL");
    await once(running, "exit");
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    start,
    stop,
    pause: () => void child?.kill("SIGSTOP"),
    resume: () => void child?.kill("SIGCONT"),
    remove: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
