import { hash, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import { BoundedClient, DatabaseError } from "@/lib/engine/postgres/client";
import { clientConfig } from "./database";

/** The lock that Prisma's own command line takes, so that it and any number of instances wait for one another. */
const prismaMigrationLock = 72707369;

const table = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL,
  logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count int NOT NULL DEFAULT 0)`;

const done =
  "SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL";

/** How often one who waits for another process that migrates looks again, at first and at most. */
const firstPauseMs = 50;
const longestPauseMs = 1000;
/** How often in a row the server must leave another connection without an answer before what is under way is given up. */
const silencesBeforeGivingUp = 3;

type Options = {
  log?: Pick<Logger, "info"> | null;
  /** How long an answer may take that needs no work, and how often the log is told of what takes long. */
  answerMs?: number;
};

/** A migration under way. */
type Run = { client: BoundedClient; url: string; log: Pick<Logger, "info"> | null; answerMs: number };

/**
 * Applies the migrations of `directory` that the database lacks, in order, each in one transaction, and notes them as Prisma
 * does, so that `prisma migrate` agrees with it both ways. Instances that start at once wait for one another.
 *
 * How long a migration takes, and with it the wait for another process that migrates, has no limit: it depends on the data. Both
 * go on only while the server answers, and the log is told of them.
 * @throws where a newer version of this program has migrated the database: nobody knows what this one would do to it.
 * @returns The names of what was applied.
 */
export async function migrate(
  databaseUrl: string,
  directory: string,
  { log = null, answerMs = 10_000 }: Options = {},
): Promise<string[]> {
  const client = connection(databaseUrl, answerMs);
  await client.connect();
  const run: Run = { client, url: databaseUrl, log, answerMs };
  try {
    const missing = await locked(run, async () => {
      await client.query(table);
      const { rows } = await client.query<{ migration_name: string }>(done);
      const names = new Set(rows.map((row) => row.migration_name));
      const known = migrationNames(directory);
      requireNoneNewer(names, known);
      return known.filter((name) => !names.has(name));
    });
    const applied: string[] = [];
    for (const name of missing) {
      const sql = readFileSync(path.join(directory, name, "migration.sql"), "utf8");
      if (await locked(run, () => apply(run, name, sql))) applied.push(name);
    }
    return applied;
  } finally {
    await client.end();
  }
}

/** One transaction that nobody else who migrates runs beside. A lock of the session would stay with a pooler's connection. */
async function locked<Result>(run: Run, work: () => Promise<Result>): Promise<Result> {
  const { client } = run;
  try {
    await beginLocked(run);
    const result = await work();
    // Given up, it may have been made or not: the next start reads which from the table.
    await withoutLimit(run, "COMMIT", "committing a migration");
    return result;
  } catch (error) {
    // On a connection that was lost it fails as well: what is told is why.
    await client.query("ROLLBACK").catch(() => {});
    throw error;
  }
}

/** Asks for the lock again and again instead of waiting in the server, so that each question has a limit. */
async function beginLocked({ client, log, answerMs }: Run): Promise<void> {
  const startedAt = performance.now();
  let toldAt = startedAt;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    await client.query("BEGIN");
    const { rows } = await client.query<{ taken: boolean }>(
      `SELECT pg_try_advisory_xact_lock(${prismaMigrationLock}) AS taken`,
    );
    if (rows[0]?.taken) return;
    await client.query("ROLLBACK");
    const now = performance.now();
    if (now - toldAt >= answerMs) {
      log?.info(
        { seconds: Math.round((now - startedAt) / 1000) },
        "waiting for another process that migrates the database",
      );
      toldAt = now;
    }
    await delay(pauseMs);
  }
}

/** Runs a statement for as long as the data needs, while the server answers on another connection. */
async function withoutLimit(run: Run, text: string, what: string): Promise<void> {
  const { client, url, log, answerMs } = run;
  const startedAt = performance.now();
  const work = client.queryWithoutLimit(text);
  const ended = work.then(
    () => true,
    () => true,
  );
  for (
    let silences = 0;
    !(await Promise.race([ended, delay(answerMs, false, { ref: false })]));
    silences = (await answers(url, answerMs)) ? 0 : silences + 1
  ) {
    if (silences >= silencesBeforeGivingUp) client.giveUp(new Error("PostgreSQL does not answer any more"));
    log?.info({ seconds: Math.round((performance.now() - startedAt) / 1000) }, what);
  }
  await work;
}

/** A server that refuses one more connection answers as well. */
async function answers(url: string, answerMs: number): Promise<boolean> {
  const client = connection(url, answerMs);
  try {
    await client.connect();
    await client.query("SELECT 1");
    return true;
  } catch (error) {
    return error instanceof DatabaseError;
  } finally {
    await client.end();
  }
}

function connection(url: string, answerMs: number): BoundedClient {
  return new BoundedClient({
    ...clientConfig(url),
    connectionTimeoutMillis: Math.min(5000, answerMs),
    query_timeout: answerMs,
    // A firewall that forgets quiet connections must not end a migration that says nothing for an hour.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  });
}

function migrationNames(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

function requireNoneNewer(applied: Set<string>, known: string[]): void {
  const newest = known.at(-1) ?? "";
  const newer = [...applied]
    .filter((name) => name > newest)
    .sort()
    .at(-1);
  if (newer)
    throw new Error(`a newer version of Keyward migrated it (${newer}); start that version or a later one`);
}

/** @returns Whether it was still to be applied. */
async function apply(run: Run, name: string, sql: string): Promise<boolean> {
  const { client } = run;
  const { rowCount } = await client.query(`${done} AND migration_name = $1`, [name]);
  if (rowCount) return false;
  const checksum = hash("sha256", sql, "hex");
  const note = `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count) VALUES ($1, $2, now(), $3, 1)`;
  try {
    await withoutLimit(run, sql, `applying migration ${name}`);
    await client.query(note, [randomUUID(), checksum, name]);
  } catch (error) {
    throw new Error(`Migration ${name} failed: ${(error as Error).message}`);
  }
  return true;
}
