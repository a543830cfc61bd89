import { createHash, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type pg from "pg";
import { BoundedClient } from "./bounded-client";
import { clientConfig } from "./database";

/** The lock that Prisma's own command line takes, so that it and any number of instances wait for one another. */
const prismaMigrationLock = 72707369;

const table = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL,
  logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count int NOT NULL DEFAULT 0)`;

const done =
  "SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL";

/**
 * Applies the migrations of `directory` that the database lacks, in order, each in one transaction, and notes them as Prisma
 * does, so that `prisma migrate` agrees with it both ways. Instances that start at once wait for one another.
 * @throws where a newer version of this program has migrated the database: nobody knows what this one would do to it.
 * @returns The names of what was applied.
 */
export async function migrate(databaseUrl: string, directory: string, answerMs = 10_000): Promise<string[]> {
  const client: pg.Client = new BoundedClient({
    ...clientConfig(databaseUrl),
    connectionTimeoutMillis: 5000,
  });
  // The statement under way fails as well, and says so to whoever waits; unheard, the event would end the process.
  client.on("error", () => {});
  await client.connect();
  try {
    const missing = await locked(client, answerMs, async () => {
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
      if (await locked(client, answerMs, () => apply(client, name, sql))) applied.push(name);
    }
    return applied;
  } finally {
    await client.end();
  }
}

/** One transaction that nobody else who migrates runs beside. A lock of the session would stay with a pooler's connection. */
async function locked<Result>(
  client: pg.Client,
  answerMs: number,
  work: () => Promise<Result>,
): Promise<Result> {
  await client.query({ text: "BEGIN", query_timeout: answerMs } as pg.QueryConfig);
  try {
    await client.query(unbounded(`SELECT pg_advisory_xact_lock(${prismaMigrationLock})`));
    const result = await work();
    await client.query(unbounded("COMMIT"));
    return result;
  } catch (error) {
    // On a connection that was lost it fails as well: what is told is why.
    await client.query("ROLLBACK").catch(() => {});
    throw error;
  }
}

/** A migration, and the wait for one that another instance applies, take as long as the data needs. */
function unbounded(text: string): pg.QueryConfig {
  return { text, query_timeout: 0 } as pg.QueryConfig;
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
async function apply(client: pg.Client, name: string, sql: string): Promise<boolean> {
  const { rowCount } = await client.query(`${done} AND migration_name = $1`, [name]);
  if (rowCount) return false;
  const checksum = createHash("sha256").update(sql).digest("hex");
  const note = `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count) VALUES ($1, $2, now(), $3, 1)`;
  try {
    await client.query(unbounded(sql));
    await client.query(note, [randomUUID(), checksum, name]);
  } catch (error) {
    throw new Error(`Migration ${name} failed: ${(error as Error).message}`);
  }
  return true;
}
