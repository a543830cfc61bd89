import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createServer } from "node:tls";
import { type EventSnippetLanguage, eventSnippets } from "@/lib/client/event-snippets";
import { linkPackage } from "../processes/installed-sdk";
import { freePort } from "../processes/started-server";
import { waitUntil } from "../wait-until";

const certificate = path.join(import.meta.dirname, "certificates/receiver.pem");
const certificateKey = path.join(import.meta.dirname, "certificates/receiver-key.pem");
const withTls = path.resolve(import.meta.dirname, "../../deploy/event-receivers/with_tls.py");

export type SnippetReceiver = {
  origin: string;
  /** The events that the program says it has handled, as `type id`. */
  handled(): string[];
  close(): Promise<void>;
};

/** Runs a program that the console shows for verifying deliveries, behind TLS on a free port. */
export async function startSnippet(language: EventSnippetLanguage, secret: string): Promise<SnippetReceiver> {
  const folder = mkdtempSync(path.join(tmpdir(), "keyward-receiver-"));
  const port = await freePort();
  const { code } = eventSnippets.find(({ id }) => id === language) as { code: string };
  const child = programs[language](folder, code.replace("8080", `${port}`), {
    NODE_ENV: "test",
    PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin`,
    PYTHONUNBUFFERED: "1",
    SIGNING_SECRET: secret,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk) => {
      output += chunk;
    });
  child.on("error", (error) => {
    output += error.message;
  });
  await waitUntil(`the ${language} receiver listens`, async () => {
    if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}:\n${output}`);
    return language === "python" ? /port \d+\D/.test(output) : isOpen(port);
  });
  const front = language === "python" ? null : await startTlsFront(port);
  return {
    origin: `https://127.0.0.1:${front?.port ?? /port (\d+)/.exec(output)?.[1]}`,
    handled: () => output.split("\n").filter((line) => / evt_\w+$/.test(line)),
    close: async () => {
      front?.close();
      if (child.exitCode === null) {
        child.kill("SIGKILL");
        await once(child, "exit");
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type Environment = Record<string, string> & { NODE_ENV: "test" };

const programs: Record<
  EventSnippetLanguage,
  (folder: string, code: string, env: Environment) => ChildProcess
> = {
  javascript(folder, code, env) {
    writeFileSync(path.join(folder, "receiver.mjs"), code);
    linkPackage(folder, "express");
    return spawn(process.execPath, ["receiver.mjs"], { cwd: folder, env });
  },
  python(folder, code, env) {
    const file = path.join(folder, "receiver.py");
    writeFileSync(file, code);
    return spawn("python3", [withTls, file, certificate, certificateKey], { cwd: folder, env });
  },
  go(folder, code, env) {
    writeFileSync(path.join(folder, "receiver.go"), code);
    const build = { cwd: folder, env: { ...env, GOCACHE: path.join(tmpdir(), "keyward-go-cache") } };
    execFileSync("go", ["vet", "receiver.go"], build);
    execFileSync("go", ["build", "-o", "receiver", "receiver.go"], build);
    return spawn(path.join(folder, "receiver"), { cwd: folder, env });
  },
};

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => resolve(true));
    socket.on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}

/** What a proxy in front of an endpoint does. */
async function startTlsFront(port: number): Promise<{ port: number; close(): void }> {
  const server = createServer(
    { cert: readFileSync(certificate), key: readFileSync(certificateKey) },
    (near) => {
      const far = connect(port, "127.0.0.1");
      near.pipe(far).pipe(near);
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        socket.on("error", () => {});
        socket.on("close", () => other.destroy());
      }
    },
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
}
