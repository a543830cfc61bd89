import { hash, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import { BoundedClient, DatabaseError } from "@/lib/engine/postgres/client";
import { clientConfig } from "./database";
import { type AppliedMigration, compatibleSince, requireCompatible } from "./migration-marks";
import { releaseVersion } from "./version";

/** The advisory lock of Prisma's own CLI, so that it and any number of instances wait for one another. */
const prismaMigrationLock = 72707369;

const table = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL,
  logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count int NOT NULL DEFAULT 0, compatible_since text)`;

/** Missing if Prisma or an earlier release made the table. Prisma names the columns that it uses, so this one doesn't disturb it. */
const isMarked =
  "SELECT FROM pg_attribute WHERE attrelid = '_prisma_migrations'::regclass AND attname = 'compatible_since' AND NOT attisdropped";
const addMarks = "ALTER TABLE _prisma_migrations ADD COLUMN compatible_since text";

const done =
  "SELECT migration_name, compatible_since FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL";

/** PostgreSQL's code for writing to a standby, or to a database that was moved elsewhere. */
const readOnlyTransaction = "25006";

/** First and longest pause between attempts to get the lock. */
const firstPauseMs = 50;
const longestPauseMs = 1000;
/** How long a migration waits for a table. Others that need the table wait as long. */
const lockTimeoutMs = 1000;
const lockNotAvailable = "55P03";
/** A running migration is aborted after this many unanswered probes in a row. */
const silencesBeforeGivingUp = 3;

type Options = {
  log?: Pick<Logger, "info"> | null;
  /** The release that asks whether it may use the database. For tests. */
  release?: string;
  /** Limit for statements that do no work, and interval for progress log lines. */
  answerMs?: number;
  /** Apply only these, to load a backup of a database that had no others. */
  only?: string[];
};

/** The state of a migration run. */
type Run = { client: BoundedClient; url: string; log: Pick<Logger, "info"> | null; answerMs: number };

/**
 * Applies the missing migrations of `directory` in order, each in one transaction, and records them as Prisma does,
 * so that `prisma migrate` and this function accept each other's work. Instances that start at the same time wait for
 * one another.
 *
 * A migration, and the wait for another process that migrates, has no time limit, because the duration depends on the
 * data. Both continue only while the server responds, and are logged.
 * An older release may use the database of a newer one until a migration takes away what it uses: each migration is recorded with
 * the oldest release that works with it, because the older program doesn't have its file.
 * @throws If a newer version of this program has migrated the database, and this one can't use it any more.
 * @returns The names of the applied migrations.
 */
export async function migrate(
  databaseUrl: string,
  directory: string,
  { log = null, answerMs = 10_000, only, release = releaseVersion }: Options = {},
): Promise<string[]> {
  const client = connection(databaseUrl, answerMs);
  await client.connect();
  const run: Run = { client, url: databaseUrl, log, answerMs };
  try {
    const missing = await locked(run, async () => {
      await client.query(table);
      if ((await client.query(isMarked)).rowCount === 0)
        await withoutLimit(run, addMarks, "preparing the table of migrations");
      const { rows } = await client.query<AppliedMigration>(done);
      const known = migrationNames(directory);
      const newer = requireCompatible(rows, known, release);
      if (newer.length > 0)
        log?.info(
          { migrations: newer },
          "a newer version migrated the database; this one works with it, too",
        );
      await markKnown(run, rows, known, directory);
      const names = new Set(rows.map((row) => row.migration_name));
      return known.filter((name) => !names.has(name) && (only?.includes(name) ?? true));
    });
    const applied: string[] = [];
    for (const name of missing) {
      const sql = sqlOf(directory, name);
      if (await untilUnlocked(run, name, () => locked(run, () => apply(run, name, sql)))) applied.push(name);
    }
    return applied;
  } catch (error) {
    if ((error as { code?: unknown }).code !== readOnlyTransaction) throw error;
    throw new Error(
      "it can only be read; set DATABASE_URL to the database that took its place, or to the primary",
    );
  } finally {
    await client.end();
  }
}

/**
 * Repeats a migration that didn't get the lock of a table in time. While it waits for one, every later query of the table waits
 * behind it, so it must not wait for as long as a transaction of someone else takes, such as a backup's.
 */
async function untilUnlocked<Result>(
  { log }: Run,
  migration: string,
  work: () => Promise<Result>,
): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (((error as Error).cause as { code?: string } | undefined)?.code !== lockNotAvailable) throw error;
      log?.info({ migration }, "a migration waits for a table that another transaction uses");
      await delay(longestPauseMs);
    }
  }
}

/** Runs `work` in a transaction under the migration lock. A session lock would stay with a pooler's connection. */
async function locked<Result>(run: Run, work: () => Promise<Result>): Promise<Result> {
  const { client } = run;
  try {
    await beginLocked(run);
    const result = await work();
    // If this fails, the commit may or may not have happened. The next start reads the result from the table.
    await withoutLimit(run, "COMMIT", "committing a migration");
    return result;
  } catch (error) {
    // This fails too on a lost connection. Report the original error.
    await client.query("ROLLBACK").catch(() => {});
    throw error;
  }
}

/** Polls for the lock instead of waiting in the server, so that each statement has a time limit. */
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

/** Runs a statement without a time limit, as long as the server responds on another connection. */
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
    if (silences >= silencesBeforeGivingUp) client.giveUp(new Error("PostgreSQL stopped responding"));
    log?.info({ seconds: Math.round((performance.now() - startedAt) / 1000) }, what);
  }
  await work;
}

/** A server that rejects the connection also counts as responding. */
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
    // Keeps firewalls from dropping the connection during a long, silent migration.
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

function sqlOf(directory: string, name: string): string {
  return readFileSync(path.join(directory, name, "migration.sql"), "utf8");
}

/** Records for older releases what Prisma's CLI, or a release from before the marks, applied without recording it. */
async function markKnown(
  { client }: Run,
  applied: readonly AppliedMigration[],
  known: readonly string[],
  directory: string,
): Promise<void> {
  const own = new Set(known);
  const unmarked = applied
    .filter((one) => one.compatible_since === null && own.has(one.migration_name))
    .map((one) => one.migration_name);
  if (unmarked.length === 0) return;
  const marks = unmarked.map((name) => compatibleSince(sqlOf(directory, name)));
  await client.query(
    `UPDATE _prisma_migrations m SET compatible_since = mark.since
     FROM unnest($1::text[], $2::text[]) AS mark (name, since) WHERE m.migration_name = mark.name`,
    [unmarked, marks],
  );
}

/** @returns Whether the migration was missing. */
async function apply(run: Run, name: string, sql: string): Promise<boolean> {
  const { client } = run;
  const { rowCount } = await client.query(`${done} AND migration_name = $1`, [name]);
  if (rowCount) return false;
  const checksum = hash("sha256", sql, "hex");
  const note = `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count, compatible_since) VALUES ($1, $2, now(), $3, 1, $4)`;
  try {
    await client.query(`SET LOCAL lock_timeout = ${lockTimeoutMs}`);
    await withoutLimit(run, sql, `applying migration ${name}`);
    await client.query(note, [randomUUID(), checksum, name, compatibleSince(sql)]);
  } catch (error) {
    throw new Error(`Migration ${name} failed: ${(error as Error).message}`, { cause: error });
  }
  return true;
}
