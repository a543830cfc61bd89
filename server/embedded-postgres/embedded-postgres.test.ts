import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { BoundedClient } from "@/lib/engine/postgres/client";
import { clientConfig } from "@/lib/server/database";
import { pauseProcesses } from "@/tests/peers/pause-processes";
import { acquireEmbeddedPostgres, type EmbeddedPostgres } from "./embedded-postgres";
import { openCluster } from "./postgres-cluster";
import { findPostgresPrograms } from "./postgres-programs";
import { stopServer } from "./postgres-server";
import { findGuardian } from "./postgres-users";
import { isAlive, readPostmaster } from "./postmaster-file";
import { findRunningPostgres } from "./running-postgres";

// Inside the project, so that the bundles find its packages.
const bundles = join(import.meta.dirname, "../../dist", `test-${process.pid}`);
const guardianPath = join(bundles, "postgres-guardian.mjs");
// Each check starts `ps`.
const waitOptions = { timeout: 30_000, interval: 100 };

/** A data folder of a server that was created, ran and was stopped. Creating one takes longer than most tests. */
const madeBefore = mkdtempSync(join(tmpdir(), "keyward-postgres-"));
let dataDir: string;
let uses: EmbeddedPostgres[] = [];
let programs: ChildProcess[] = [];

beforeAll(async () => {
  await build({
    entryPoints: ["embedded-postgres.ts", "postgres-guardian.ts"].map((name) =>
      join(import.meta.dirname, name),
    ),
    outdir: bundles,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
  });
  await (await acquireEmbeddedPostgres({ dataDir: madeBefore, log: () => {}, guardianPath })).release();
});

afterAll(() => {
  for (const folder of [bundles, madeBefore]) rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "keyward-postgres-"));
});

afterEach(async () => {
  for (const program of programs) program.kill("SIGKILL");
  for (const use of uses) await use.release();
  await vi.waitUntil(() => guardians().length === 0 && !isServing(), waitOptions);
  rmSync(dataDir, { recursive: true, force: true });
  uses = [];
  programs = [];
});

test("the first use creates the server and its database; the last release stops it and leaves no process", async () => {
  const use = await acquire();
  const [row] = await query(
    use.url,
    "SELECT current_database() AS database, rolsuper AS super FROM pg_roles WHERE rolname = current_user",
  );
  expect(row).toEqual({ database: "keyward", super: false });
  const pid = serverPid();

  await use.release();
  expect(isAlive(pid)).toBe(false);
  expect(guardians()).toEqual([]);
});

test("data survives a restart, at the same URL", async () => {
  useMadeBefore();
  const first = await acquire();
  await query(first.url, "CREATE TABLE kept AS SELECT 42 AS answer");
  await first.release();

  const second = await acquire();
  expect(second.url).toBe(first.url);
  expect(await query(second.url, "SELECT answer FROM kept")).toEqual([{ answer: 42 }]);
});

test("the server is found while it runs, without starting it or making a folder", async () => {
  expect(findRunningPostgres(dataDir)).toEqual({ reason: expect.stringContaining("no database") });
  expect(readdirSync(dataDir)).toEqual([]);
  useMadeBefore();
  expect(findRunningPostgres(dataDir)).toEqual({ reason: expect.stringContaining("isn't running") });
  const use = await acquire();
  expect(findRunningPostgres(dataDir)).toEqual({ url: use.url });
  await use.release();
  expect(findRunningPostgres(dataDir)).toEqual({ reason: expect.stringContaining("isn't running") });
});

test("a second user shares the server, which runs until both have left", async () => {
  useMadeBefore();
  const [first, second] = [await acquire(), await acquire()];
  expect(second.url).toBe(first.url);
  const pid = serverPid();
  await first.release();
  expect(await query(second.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  expect(serverPid()).toBe(pid);
  await second.release();
  expect(isAlive(pid)).toBe(false);
});

test("a lingering release keeps the server running for the next user for a moment, then it stops by itself", async () => {
  useMadeBefore();
  const first = await acquire();
  const pid = serverPid();
  await first.release({ linger: true });
  const second = await acquire();
  expect(serverPid()).toBe(pid);
  await second.release({ linger: true });
  await vi.waitUntil(() => !isAlive(pid) && guardians().length === 0, waitOptions);
});

test("programs that race on a new data folder all get the same server", async () => {
  const racers = Array.from({ length: 4 }, () => startProgram());
  const urls = await Promise.all(racers.map((racer) => racer.url));
  expect(new Set(urls).size).toBe(1);
  expect(await query(urls[0] ?? "", "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  await vi.waitUntil(() => guardians().length === 1, waitOptions);
  expect(readdirSync(dataDir).sort()).toEqual(["postgres", "postgres.log"]);
});

test("the server stops after its only user was killed", async () => {
  useMadeBefore();
  const program = startProgram();
  await program.url;
  const pid = serverPid();
  program.process.kill("SIGKILL");
  await vi.waitUntil(() => !isAlive(pid) && guardians().length === 0, waitOptions);
});

test("a user gets another guardian when the first is killed, without losing the server", async () => {
  useMadeBefore();
  const use = await acquire();
  const pid = serverPid();
  const [killed] = guardians();
  process.kill(killed ?? 0, "SIGKILL");
  await vi.waitUntil(() => guardians().length === 1 && guardians()[0] !== killed, waitOptions);
  expect(serverPid()).toBe(pid);
  // The new guardian works: nothing is left after the last release.
  await vi.waitUntil(async () => (await guardianOf(use)) !== null, waitOptions);
  await use.release();
  expect([isAlive(pid), guardians()]).toEqual([false, []]);
});

test("a server without users and guardian is taken over by the next user", async () => {
  useMadeBefore();
  const program = startProgram();
  const url = await program.url;
  const pid = serverPid();
  for (const guardian of guardians()) process.kill(guardian, "SIGKILL");
  program.process.kill("SIGKILL");
  await once(program.process, "exit");

  const use = await acquire();
  expect([use.url, serverPid()]).toEqual([url, pid]);
});

test("a killed server is restarted, and loses nothing that was committed", async () => {
  useMadeBefore();
  const use = await acquire();
  await query(use.url, "CREATE TABLE kept AS SELECT 42 AS answer");
  const pid = serverPid();
  process.kill(pid, "SIGKILL");
  await vi.waitUntil(() => isServing() && serverPid() !== pid, waitOptions);
  const rows = await vi.waitFor(() => query(use.url, "SELECT answer FROM kept"), waitOptions);
  expect(rows).toEqual([{ answer: 42 }]);
});

test("when server and guardian are killed together, a live user restarts them", async () => {
  useMadeBefore();
  const use = await acquire();
  const pid = serverPid();
  for (const guardian of guardians()) process.kill(guardian, "SIGKILL");
  process.kill(pid, "SIGKILL");
  const rows = await vi.waitFor(() => query(use.url, "SELECT 1 AS one"), waitOptions);
  expect(rows).toEqual([{ one: 1 }]);
  expect(serverPid()).not.toBe(pid);
});

test("an initialization that is killed doesn't affect the next one", async () => {
  const program = startProgram();
  program.url.catch(() => {});
  await vi.waitUntil(
    () => readdirSync(dataDir).some((name) => name.startsWith("postgres.new-")),
    waitOptions,
  );
  for (const guardian of guardians()) process.kill(guardian, "SIGKILL");
  program.process.kill("SIGKILL");

  const use = await acquire();
  expect(await query(use.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  await vi.waitUntil(
    () => readdirSync(dataDir).every((name) => !name.startsWith("postgres.new-")),
    waitOptions,
  );
});

test("a paused server doesn't block release or stop, and stops once it is resumed", async () => {
  const use = await acquire();
  const pid = serverPid();
  const resume = pauseProcesses(pid);
  try {
    await use.release();
    const stop = stopServer(openCluster(dataDir), findPostgresPrograms(), pid, 100);
    await expect(stop).rejects.toThrow(/did not stop when asked/);
    expect(isAlive(pid)).toBe(true);
  } finally {
    resume();
  }
  await vi.waitUntil(() => !isAlive(pid), waitOptions);
});

test("a user reconnects to a paused server once it is resumed", async () => {
  const messages: string[] = [];
  const use = await acquireEmbeddedPostgres({
    dataDir,
    log: (sentence) => messages.push(sentence),
    guardianPath,
  });
  uses.push(use);
  const pid = serverPid();
  const resume = pauseProcesses(pid);
  await vi
    .waitUntil(() => messages.some((one) => /Lost the connection/.test(one)), waitOptions)
    .finally(resume);
  await vi.waitUntil(() => messages.some((one) => /runs again\./.test(one)), waitOptions);
  expect(serverPid()).toBe(pid);
  expect(await query(use.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
});

test("a lock file with the process id of another program doesn't prevent the server from starting", async () => {
  useMadeBefore();
  const lock = [process.pid, join(dataDir, "postgres"), 1, 1, "", "127.0.0.1", "1 999999999", "ready", ""];
  writeFileSync(join(dataDir, "postgres", "postmaster.pid"), lock.join("\n"));
  const use = await acquire();
  expect(await query(use.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
});

test("another port is chosen when the previous one is taken", async () => {
  useMadeBefore();
  const first = await acquire();
  await first.release();
  const port = Number(new URL(first.url).port);
  const occupant = createServer().listen(port, "127.0.0.1");
  await once(occupant, "listening");
  const second = await acquire();
  expect(new URL(second.url).port).not.toBe(String(port));
  expect(await query(second.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  occupant.close();
});

test("a copy of a data folder that was made while its server ran gets its own server", async () => {
  useMadeBefore();
  const original = await acquire();
  const copy = mkdtempSync(join(tmpdir(), "keyward-postgres-"));
  execFileSync("cp", ["-a", `${dataDir}/.`, copy]);
  const use = await acquireEmbeddedPostgres({ dataDir: copy, log: () => {}, guardianPath });
  const [row] = await query(use.url, "SELECT current_setting('data_directory') AS folder");
  expect(row).toEqual({ folder: join(copy, "postgres") });
  expect(use.url).not.toBe(original.url);
  await use.release();
  rmSync(copy, { recursive: true });
});

test.each([
  [
    "of another version",
    (folder: string) => writeFileSync(join(folder, "PG_VERSION"), "15\n"),
    'its PG_VERSION says "15"',
  ],
  [
    "that is something else",
    (folder: string) => writeFileSync(join(folder, "notes.txt"), ""),
    "it has no PG_VERSION file",
  ],
])("a data directory %s is rejected with one sentence that names it", async (_, spoil, reason) => {
  const folder = join(dataDir, "postgres");
  mkdirSync(folder);
  spoil(folder);
  const error = await acquire().catch((refusal: Error) => refusal);
  expect(error).toBeInstanceOf(Error);
  expect((error as Error).message).toMatch(/^[^\n]+\.$/);
  expect((error as Error).message).toContain(folder);
  expect((error as Error).message).toContain(reason);
});

test("a data folder that can't be created is rejected with one sentence that names it", async () => {
  const path = join(dataDir, "file", "below");
  writeFileSync(join(dataDir, "file"), "");
  const refusal = acquireEmbeddedPostgres({ dataDir: path, log: () => {}, guardianPath });
  await expect(refusal).rejects.toThrow(`${path} can't be read and written by this user (ENOTDIR)`);
});

/** Makes the test's data folder an existing one. */
function useMadeBefore(): void {
  execFileSync("cp", ["-a", `${madeBefore}/.`, dataDir]);
}

async function acquire(): Promise<EmbeddedPostgres> {
  const use = await acquireEmbeddedPostgres({ dataDir, log: () => {}, guardianPath });
  uses.push(use);
  return use;
}

/** Starts another program that uses the server until it is killed. */
function startProgram() {
  const source = `
    const { acquireEmbeddedPostgres } = await import(${JSON.stringify(join(bundles, "embedded-postgres.mjs"))});
    const { url } = await acquireEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, log() {} });
    console.log(url);
    setInterval(() => {}, 60_000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", source], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  programs.push(child);
  const url = once(child.stdout, "data").then(([text]) => String(text).trim());
  return { process: child, url };
}

async function query(url: string, sql: string) {
  const client = new Client(url);
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function guardianOf(use: EmbeddedPostgres) {
  const client = new BoundedClient(clientConfig(use.url.replace("/keyward?", "/postgres?")));
  await client.connect();
  const guardian = await findGuardian(client);
  await client.end();
  return guardian;
}

function serverPid(): number {
  return readPostmaster(join(dataDir, "postgres"))?.pid ?? 0;
}

const isServing = () => existsSync(join(dataDir, "postgres", "postmaster.pid")) && isAlive(serverPid());

/** The process ids of the guardians of this test's data folder. */
function guardians(): number[] {
  const lines = execFileSync("ps", ["-eo", "pid=,stat=,args="], { encoding: "utf8" }).split("\n");
  const own = lines.filter((line) => line.includes("postgres-guardian") && line.includes(dataDir));
  return own.filter((line) => !/^\s*\d+\s+Z/.test(line)).map((line) => Number.parseInt(line, 10));
}
