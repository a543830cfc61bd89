import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makePackage } from "@/scripts/package.mjs";
import { createTestDatabase, type TestDatabase } from "@/tests/database/database";
import { password } from "@/tests/factories/factories";
import { Browser } from "@/tests/peers/http-client";
import { sendRaw } from "@/tests/processes/key-api-server";
import { freePort } from "@/tests/processes/started-server";
import { waitUntil } from "@/tests/wait-until";

// It follows the imports of a thousand files, and starts what it has copied.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

/** Another account than that which owns the package, if this one may use it. */
const other = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
const folder = mkdtempSync(path.join(tmpdir(), "keyward-package-"));
const packed = path.join(folder, "keyward");
const dataDir = path.join(folder, "data");
let database: TestDatabase;
let settings: Record<string, string>;
let port: number;
let size: number;

beforeAll(async () => {
  database = await createTestDatabase();
  size = await makePackage({ folder: packed });
  execFileSync("mkdir", ["-m", "0700", dataDir]);
  if (other.uid) chownSync(dataDir, other.uid, other.gid);
  execFileSync("chmod", ["-R", "a+rX,a-w", packed]);
  execFileSync("chmod", ["0755", folder]);
  port = await freePort();
  settings = { PORT: String(port), DATA_DIR: dataDir, DATABASE_URL: database.url };
});
afterAll(async () => {
  await database?.drop();
  execFileSync("chmod", ["-R", "u+w", packed]);
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a program of the package in another folder, without anything of this process's environment. */
function start(...args: string[]) {
  return spawn(process.execPath, args, { ...other, cwd: "/", env: { NODE_ENV: "test", ...settings } });
}

async function run(...args: string[]) {
  const child = start(...args);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  return { code, stdout, stderr };
}

test("a package serves from a folder that it can't write to, and stops on SIGTERM", async () => {
  expect(size).toBeLessThan(200e6);
  const files = readdirSync(packed, { recursive: true }).length;
  const program = (name: string) => path.join(packed, `${name}.mjs`);
  expect((await run(program("health-check"))).code).toBe(1);
  const server = start(program("server"));
  let output = "";
  for (const stream of [server.stdout, server.stderr]) stream.on("data", (chunk) => (output += chunk));
  try {
    await waitUntil("the package serves", async () => {
      if (server.exitCode !== null) throw new Error(`It exited with ${server.exitCode}:\n${output}`);
      return (await sendRaw(port, "/api/ready", {}).catch(() => null))?.status === 200;
    });
    expect(await run(program("health-check"), "/api/ready")).toMatchObject({ code: 0, stderr: "" });

    // The command line and the server use the same native password hash.
    const email = "grace@example.test";
    const who = ["--email", email, "--name", "Grace", "--workspace", "Canary", "--password-stdin"];
    const command = start(program("keyward"), "user", "create", ...who);
    command.stdin.end(password);
    expect([await once(command, "exit"), await text(command.stderr)]).toEqual([[0, null], ""]);
    const browser = new Browser(port);
    expect((await browser.post("/api/sign-in", { email, password })).status).toBe(200);

    // Pages with their scripts, and the page that reads files of the package.
    const page = await browser.request("/canary/settings/api/protect");
    expect([page.status, page.body]).toEqual([200, expect.stringContaining("max_fails=0")]);
    const [, built = "missing"] = /src="(\/_next\/static\/[^"]+\.js)"/.exec(page.body) ?? [];
    expect((await browser.request(built)).status).toBe(200);
    // Pictures are drawn by a native library.
    const drawn = await sharp({ create: { width: 8, height: 8, channels: 3, background: "red" } })
      .png()
      .toBuffer();
    const cookie = [...browser.cookies].map((pair) => pair.join("=")).join("; ");
    const headers = { cookie, origin: browser.origin, "content-type": "image/png" };
    const put = await sendRaw(port, "/api/account/picture", { method: "PUT", headers, body: drawn });
    expect([put.status, put.body]).toEqual([200, expect.stringContaining(email)]);
  } finally {
    server.kill("SIGTERM");
  }
  expect(await once(server, "exit"), output).toEqual([0, null]);
  expect(output).not.toMatch(/error|warn/i);
  expect(readdirSync(packed, { recursive: true })).toHaveLength(files);
});
