import { pipeline } from "node:stream/promises";
import { from as copyFrom } from "pg-copy-streams";
import { AppError } from "@/lib/contracts/app-error";
import type { ClientBase } from "@/lib/engine/postgres/client";
import type { BackupHeader, BackupPart } from "./backup-parts";
import { damaged } from "./damaged";
import {
  appliedMigrations,
  type DatabaseTable,
  isFilledByMigrations,
  listTables,
  quoted,
  sqlName,
} from "./database-tables";
import { prepareTransaction } from "./patient-client";
import { requireEmpty } from "./require-empty";
import { voidMemory } from "./void-memory";

/**
 * What may have ended since the backup was taken, and must not begin again: a session that was ended, a link to reset a password that
 * was used.
 */
const endedByRestore = new Set(["public.sessions", "public.mailed_links"]);

export type Loaded = {
  rows: number;
  /** Tables of the backup that this database doesn't have: they were added to Keyward's schemas by hand. */
  unknownTables: string[];
};

/**
 * Loads a backup into an empty database whose migrations are those of the backup. All in one transaction, which ends after the backup
 * was found to be whole: until then, no other session sees any of it. Needs no superuser.
 * @param parts Of the backup, after its header.
 * @param options With `isMove`, nothing changed in the old database since: sessions continue.
 */
export async function loadBackup(
  client: ClientBase,
  header: BackupHeader,
  parts: AsyncGenerator<BackupPart>,
  { isMove = false }: { isMove?: boolean } = {},
): Promise<Loaded> {
  await client.query("BEGIN");
  await prepareTransaction(client);
  try {
    const tables = await listTables(client);
    // Nothing can start to use this database before everything is there.
    await client.query(`LOCK TABLE ${tables.map(sqlName).join(", ")} IN ACCESS EXCLUSIVE MODE`);
    await requireEmpty(client, tables);
    if ((await appliedMigrations(client)).join() !== [...header.migrations].sort().join())
      throw new AppError(
        "conflict",
        "This database is empty, but was prepared by another version of Keyward. Restore into a new database.",
      );
    const filled = tables.filter(isFilledByMigrations).map(sqlName);
    await client.query(`TRUNCATE ${filled.join(", ")}`);
    for (const day of header.logDays)
      await client.query("SELECT access_log.ensure_partition(to_date($1, 'YYYYMMDD'))", [day]);
    const loaded = await withoutTriggers(client, tables, () =>
      loadTables(client, tables, header, parts, isMove ? new Set() : endedByRestore),
    );
    await voidMemory(client, header.sequences);
    await client.query("COMMIT");
    return loaded;
  } catch (error) {
    // Also fails if the connection was lost.
    await client.query("ROLLBACK").catch(() => {});
    throw error;
  }
}

/** Triggers would record events, seals and changes a second time. Foreign keys are still checked. */
async function withoutTriggers<Result>(
  client: ClientBase,
  tables: DatabaseTable[],
  work: () => Promise<Result>,
): Promise<Result> {
  const names = tables.filter(({ hasTriggers }) => hasTriggers).map(sqlName);
  for (const name of names) await client.query(`ALTER TABLE ${name} DISABLE TRIGGER USER`);
  const result = await work();
  for (const name of names) await client.query(`ALTER TABLE ${name} ENABLE TRIGGER USER`);
  return result;
}

async function loadTables(
  client: ClientBase,
  tables: DatabaseTable[],
  header: BackupHeader,
  parts: AsyncGenerator<BackupPart>,
  left: Set<string>,
): Promise<Loaded> {
  const known = new Map(tables.map((table) => [table.name, table]));
  const loaded: Loaded = { rows: 0, unknownTables: [] };
  for (const { name, columns } of header.tables) {
    const opening = await parts.next();
    if (opening.value?.kind !== "table") throw damaged("a table is missing");
    const table = known.get(name);
    const rows = rowsOf(parts);
    if (table && !left.has(name)) loaded.rows += await copyRows(client, table, columns, rows);
    else await pass(rows.pieces);
    if (!table) loaded.unknownTables.push(name);
  }
  // The signature is checked before this returns.
  if (!(await parts.next()).done) throw damaged("it doesn't end where it should");
  return loaded;
}

type Rows = { pieces: AsyncGenerator<Buffer>; expected(): number };

/** The rows of the current table. After the last piece it knows how many there should be. */
function rowsOf(parts: AsyncGenerator<BackupPart>): Rows {
  let expected = 0;
  async function* pieces() {
    for (;;) {
      const { value } = await parts.next();
      if (value?.kind === "rows") yield value.bytes;
      else if (value?.kind === "end") {
        expected = value.rows;
        return;
      } else throw damaged("the end of a table is missing");
    }
  }
  return { pieces: pieces(), expected: () => expected };
}

async function pass(pieces: AsyncGenerator<Buffer>): Promise<void> {
  while (!(await pieces.next()).done);
}

/** Names of columns come from the file, so they must be the table's. */
async function copyRows(
  client: ClientBase,
  table: DatabaseTable,
  columns: string[],
  { pieces, expected }: Rows,
): Promise<number> {
  const unknown = columns.find((column) => !table.columns.includes(column));
  if (unknown !== undefined) throw damaged(`${table.name} has no column ${unknown}`);
  const copy = client.query(
    copyFrom(`COPY ${sqlName(table)} (${columns.map(quoted).join(", ")}) FROM STDIN`),
  );
  await pipeline(pieces, copy);
  if (copy.rowCount !== expected()) throw damaged(`${table.name} has another number of rows`);
  return copy.rowCount;
}
