import { once } from "node:events";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { from as copyFrom } from "pg-copy-streams";
import pino from "pino";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { clientConfig, connectDatabase, resolveSslMode } from "@/lib/server/database";
import { migrate } from "@/lib/server/migrate";
import { type OwnPostgres, startOwnPostgres } from "@/tests/peers/own-postgres";
import { waitUntil } from "@/tests/wait-until";
import { LeaseKeeper } from "../leases/lease-keeper";
import { BoundedClient, createPool } from "./client";
import { PostgresLeases } from "./lease-store";

const log = pino({ level: "silent" });
let server: OwnPostgres;
let resume = () => {};

beforeAll(async () => {
  server = await startOwnPostgres();
  await migrate(server.url, path.resolve("prisma/migrations"));
});
afterEach(() => resume());
afterAll(() => server.remove());

/** A timeout that is short enough for a test and long enough for a busy machine. */
const answerMs = 2000;
const config = () => ({ ...clientConfig(server.url), query_timeout: answerMs });

async function connected(): Promise<BoundedClient> {
  const client = new BoundedClient(config());
  await client.connect();
  return client;
}

/** A folder with one migration. */
function migration(sql: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), "keyward-migrations-"));
  mkdirSync(path.join(folder, "9_one"));
  writeFileSync(path.join(folder, "9_one", "migration.sql"), sql);
  return folder;
}

// Without the timeouts each of these would wait forever; the tests assert that they end.

test("connecting to a server whose processes are paused fails, with and without TLS", async () => {
  resume = server.pause();
  await expect(connected()).rejects.toThrow(/timeout/);
  await expect(resolveSslMode(server.url.replace("disable", "prefer"))).resolves.toContain("sslmode=require");
});

test("a query without an answer fails, however it was sent, and its connection is closed", async () => {
  const clients = [await connected(), await connected(), await connected()] as const;
  const ends = clients.map((client) => new Promise((resolve) => client.once("end", resolve)));
  resume = server.pause();
  const [first, second, third] = clients;
  await expect(first.query("SELECT 1")).rejects.toThrow(/timeout/);
  await expect(first.query("ROLLBACK")).rejects.toThrow();
  await expect(
    new Promise((resolve, reject) =>
      second.query("SELECT 1", (error: Error | null) => (error ? reject(error) : resolve(null))),
    ),
  ).rejects.toThrow(/timeout/);
  // No number may disable the timeout by accident.
  await expect(third.query({ text: "SELECT 1", query_timeout: 0 } as never)).rejects.toThrow(/timeout/);
  await Promise.all(ends);
});

test("a COPY that stalls fails", async () => {
  const client = await connected();
  await client.query("CREATE TEMPORARY TABLE copied (text text)");
  resume = server.pause();
  const copy = client.query(copyFrom("COPY copied FROM STDIN")) as ReturnType<typeof copyFrom>;
  const failure = once(copy, "error");
  copy.end("one\n");
  await failure;
});

test("a COPY that makes progress may take longer than an answer", async () => {
  const client = await connected();
  await client.query("CREATE TEMPORARY TABLE copied (text text)");
  const copy = client.query(copyFrom("COPY copied FROM STDIN")) as ReturnType<typeof copyFrom>;
  const begunAt = performance.now();
  await waitUntil("more time has passed than an answer may take", async () => {
    copy.write("one\n");
    return performance.now() - begunAt > answerMs * 1.5;
  });
  copy.end();
  await once(copy, "finish");
  expect((await client.query("SELECT text FROM copied")).rowCount).toBeGreaterThan(2);
  await client.end();
});

test("closing connections doesn't wait for the server", async () => {
  const client = await connected();
  const pool = createPool(config());
  await pool.query("SELECT 1");
  const database = connectDatabase(server.url, 4, log);
  await Promise.all([database.pool.query("SELECT 1"), database.prisma.$queryRaw`SELECT 1`]);
  const keeper = new LeaseKeeper(new PostgresLeases(pool, clientConfig(server.url)), log);
  await keeper.start();
  resume = server.pause();
  await Promise.all([client.end(), pool.end(), database.close(), keeper.stop()]);
});

test("a pool without a free connection, or that can't connect, fails", async () => {
  const pool = createPool({ ...config(), max: 1 });
  const taken = await pool.connect();
  await expect(pool.query("SELECT 1")).rejects.toThrow(/timeout/);
  resume = server.pause();
  taken.release(true);
  await expect(pool.query("SELECT 1")).rejects.toThrow(/timeout/);
  await pool.end();
});

test("a running migration fails when the server stops answering", async () => {
  const running = migrate(server.url, migration("SELECT pg_sleep(3600)"), { answerMs });
  const refused = expect(running).rejects.toThrow(/9_one failed: PostgreSQL stopped responding/);
  await waitUntil("the migration runs", async () => {
    const rows = await server.administer<{ query: string }>(
      "SELECT query FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(3600)' AND state = 'active'",
    );
    return rows.length > 0;
  });
  resume = server.pause();
  await refused;
  resume();
  // After it is resumed, the server doesn't know that nothing waits for the migration any more.
  await server.administer(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(3600)'",
  );
});

test("a long migration and the wait for it are logged until it ends", async () => {
  const holder = await connected();
  await holder.query("SELECT pg_advisory_lock(815)");
  const messages: string[] = [];
  const options = { answerMs, log: { info: (_: object, what: string) => messages.push(what) } as never };
  // A migration waits for locks only for a moment, unless it says otherwise.
  const folder = migration(
    "SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock(815); CREATE TABLE migrated ()",
  );
  const both = Promise.all([
    migrate(server.url, folder, options).then((applied) => applied.length),
    migrate(server.url, folder, options).then((applied) => applied.length),
  ]);
  await waitUntil(
    "both are logged",
    async () =>
      messages.includes("applying migration 9_one") &&
      messages.includes("waiting for another process that migrates the database"),
  );
  await holder.end();
  expect((await both).sort()).toEqual([0, 1]);
});

test("waiting for another process's migration ends when the server stops answering", async () => {
  const holder = await connected();
  await holder.query("BEGIN");
  await holder.query("SELECT pg_advisory_xact_lock(72707369)");
  let isWaiting = () => {};
  const migrationWaits = new Promise<void>((resolve) => (isWaiting = resolve));
  const waiting = migrate(server.url, migration("SELECT 1"), {
    answerMs,
    log: { info: () => isWaiting() } as never,
  });
  const refused = expect(waiting).rejects.toThrow(/timeout/);
  await migrationWaits;
  resume = server.pause();
  await refused;
  await holder.end();
});
