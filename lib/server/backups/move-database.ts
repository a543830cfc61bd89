import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "@/lib/contracts/app-error";
import type { ClientBase } from "@/lib/engine/postgres/client";
import type { BackupHeader, BackupPart } from "./backup-parts";
import { type DatabaseTable, isBackedUp, listTables, quoted, sqlName } from "./database-tables";
import type { Loaded } from "./load-backup";
import { prepareTransaction, withPatientClient } from "./patient-client";
import { restoreDatabase } from "./restore-database";
import { readDatabase } from "./take-backup";

/** What a running instance writes to keep its lease. Nothing else of a decision about a known key writes to the database. */
const writtenForLeases = new Set(["decisions.invalidation_head"]);
const pauseMs = 20;
/** Shorter than PostgreSQL waits before it looks for a deadlock and ends someone's change. */
const lockMs = 200;
const lockingMs = 60_000;
/** lock_not_available, deadlock_detected */
const isBusy = /^(55P03|40P01)$/;
const closingMs = 30_000;

/**
 * Copies a database into an empty one, and then makes the old one read-only, so that no change can be lost: from the beginning of the
 * copy on, changes wait and fail in the end, while decisions about keys go on. When this returns, nothing can be written to the old
 * database any more, and its connections have been closed.
 * @param facts As in a backup. Nothing is signed, because nothing is stored.
 */
export async function moveDatabase(
  from: string,
  to: string,
  migrations: string,
  facts: Pick<BackupHeader, "keyward" | "encryptionKeyId">,
): Promise<Loaded & { header: BackupHeader }> {
  return withPatientClient(from, async (source) => {
    const tables = (await listTables(source)).filter(isBackedUp);
    if (tables.length === 0) throw new AppError("conflict", "This database has no data of Keyward.");
    await requireOwner(source);
    await beginLocked(source, tables);
    const parts = readDatabase(source, tables, facts);
    const { header } = (await parts.next()).value as BackupPart & { kind: "header" };
    const loaded = await restoreDatabase(to, migrations, header, parts, { isMove: true });
    await closeDatabase(from, await processOf(source));
    await source.query("ROLLBACK");
    return { ...loaded, header };
  });
}

/** Without this right, the old database couldn't be closed. That would be noticed only when everything was copied. */
async function requireOwner(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ name: string; isOwner: boolean }>(
    `SELECT datname AS name, pg_has_role(datdba, 'USAGE') AS "isOwner" FROM pg_database WHERE datname = current_database()`,
  );
  if (!rows[0]?.isOwner)
    throw new AppError(
      "conflict",
      `The role of DATABASE_URL doesn't own the database ${rows[0]?.name}, so it can't make it read-only. Use the owner for this command.`,
    );
}

/**
 * Begins a transaction that lets no other session change the tables, before it takes its snapshot. Changes that are under way hold some of
 * them, in any order. So this never waits for long with locks that others may need, and starts again instead.
 */
async function beginLocked(client: ClientBase, tables: DatabaseTable[]): Promise<void> {
  const names = tables.filter(({ name }) => !writtenForLeases.has(name)).map(sqlName);
  for (const started = performance.now(); ; ) {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
    await prepareTransaction(client);
    await client.query(`SET LOCAL lock_timeout = ${lockMs}`);
    try {
      await client.query(`LOCK TABLE ${names.join(", ")} IN SHARE MODE`);
      return;
    } catch (error) {
      await client.query("ROLLBACK");
      if (!isBusy.test(String((error as { code?: unknown }).code))) throw error;
      if (performance.now() - started > lockingMs)
        throw new AppError(
          "conflict",
          "A change of the database takes too long. Try again when it has ended.",
        );
    }
    await delay(Math.random() * 2 * lockMs);
  }
}

/** Makes a database that was moved writable again, to return to it. What was changed in the other one since is not in it. */
export async function reopenDatabase(url: string): Promise<void> {
  await withPatientClient(url, async (client) => {
    await client.query("SET default_transaction_read_only = off");
    await client.query(`ALTER DATABASE ${await nameOf(client)} RESET default_transaction_read_only`);
  });
}

/** While `holder` still holds its locks: sessions that wait for them are disconnected, and new ones can only read. */
async function closeDatabase(url: string, holder: number): Promise<void> {
  await withPatientClient(url, async (client) => {
    await client.query(`ALTER DATABASE ${await nameOf(client)} SET default_transaction_read_only = on`);
    const started = performance.now();
    const since = (await client.query<{ now: Date }>("SELECT clock_timestamp() AS now")).rows[0]?.now;
    for (;;) {
      const { rows } = await client.query<{ pid: number }>(
        `SELECT pg_terminate_backend(pid), pid FROM pg_stat_activity
         WHERE datname = current_database() AND backend_type = 'client backend' AND pid NOT IN ($1, pg_backend_pid())
           AND backend_start <= $2`,
        [holder, since],
      );
      if (rows.length === 0) return;
      if (performance.now() - started > closingMs)
        throw new AppError(
          "conflict",
          `${rows.length} connections to the old database can't be closed. Stop the server and repeat this into another empty database, after: database reopen.`,
        );
      await delay(pauseMs);
    }
  });
}

async function nameOf(client: ClientBase): Promise<string> {
  const { rows } = await client.query<{ name: string }>("SELECT current_database() AS name");
  return quoted((rows[0] as { name: string }).name);
}

async function processOf(client: ClientBase): Promise<number> {
  return (await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid")).rows[0]?.pid ?? 0;
}
