import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { waitUntil } from "../wait-until";
import { type ChildOutput, outputOf } from "./child-output";

const root = path.resolve(import.meta.dirname, "../..");
/** Shared by the servers of a test file, because they may share a database. */
const encryptionKey = randomBytes(32).toString("base64");

export type StartedServer = ChildOutput & {
  origin: string;
  port: number;
  pid: number;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
};

/** Starts the built server in a separate process, like `npm start`. Run `npm run build` first. */
export async function startServer(settings: Record<string, string>): Promise<StartedServer> {
  const port = Number(settings.PORT) || (await freePort());
  const child = spawn(process.execPath, ["--enable-source-maps", "dist/server.mjs"], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: "production",
      PORT: String(port),
      DATA_DIR: mkdtempSync(path.join(tmpdir(), "keyward-test-")),
      ENCRYPTION_KEYS: encryptionKey,
      ...settings,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed = outputOf(child);
  await ready(child, port, printed);
  return {
    origin: `http://localhost:${port}`,
    port,
    pid: child.pid as number,
    ...printed,
    stop: (signal = "SIGTERM") => stop(child, signal),
  };
}

/** Starts the server when it is expected to fail, and returns its output. */
export async function startRefused(
  settings: Record<string, string>,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ["dist/server.mjs"], {
    cwd: root,
    env: { PATH: process.env.PATH, NODE_ENV: "production", ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed = outputOf(child);
  const [code] = (await once(child, "exit")) as [number | null];
  return { code, output: await printed.output() };
}

async function ready(child: ChildProcess, port: number, { output }: ChildOutput): Promise<void> {
  try {
    await waitUntil(
      "the server is ready",
      async () => {
        if (child.exitCode !== null) throw new Error(`The server exited with ${child.exitCode}.`);
        const answer = await fetch(`http://127.0.0.1:${port}/api/ready`).catch(() => null);
        return answer?.ok === true;
      },
      60_000,
    );
  } catch (error) {
    await stop(child, "SIGKILL");
    throw new Error(`${(error as Error).message}\n${await output()}`);
  }
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  child.kill(signal);
  const [code] = (await once(child, "exit")) as [number | null];
  return code;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
