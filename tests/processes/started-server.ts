import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { waitUntil } from "../wait-until";

const root = path.resolve(import.meta.dirname, "../..");
/** Servers of one test file may share a database, and so need the same key. */
const encryptionKey = randomBytes(32).toString("base64");

export type StartedServer = {
  origin: string;
  port: number;
  pid: number;
  output(): string;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
};

/** The built server as its own process, as `npm start` runs it. Needs `npm run build` to have run. */
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
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  await ready(child, port, () => output);
  return {
    origin: `http://localhost:${port}`,
    port,
    pid: child.pid as number,
    output: () => output,
    stop: (signal = "SIGTERM") => stop(child, signal),
  };
}

/** Runs the server where it is expected to refuse to start, and returns what it said. */
export async function startRefused(
  settings: Record<string, string>,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ["dist/server.mjs"], {
    cwd: root,
    env: { PATH: process.env.PATH, NODE_ENV: "production", ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const [code] = (await once(child, "exit")) as [number | null];
  return { code, output };
}

async function ready(child: ChildProcess, port: number, output: () => string): Promise<void> {
  try {
    await waitUntil(
      "the server is ready",
      async () => {
        if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}.`);
        const answer = await fetch(`http://127.0.0.1:${port}/api/ready`).catch(() => null);
        return answer?.ok === true;
      },
      60_000,
    );
  } catch (error) {
    child.kill("SIGKILL");
    throw new Error(`${(error as Error).message}\n${output()}`);
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
