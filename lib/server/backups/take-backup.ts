import { to as copyTo } from "pg-copy-streams";
import { AppError } from "@/lib/contracts/app-error";
import type { ClientBase } from "@/lib/engine/postgres/client";
import type { BackupHeader, BackupPart } from "./backup-parts";
import {
  appliedMigrations,
  type DatabaseTable,
  isBackedUp,
  listTables,
  quoted,
  sqlName,
} from "./database-tables";
import { prepareTransaction } from "./patient-client";
import { readSequences } from "./void-memory";

/** How much is read before it becomes a frame. Less than a frame may have. */
const pieceBytes = 1024 * 1024;

type Facts = Pick<BackupHeader, "keyward" | "encryptionKeyId">;

/**
 * Reads everything that a backup has in one snapshot. The tables are locked against changes of the schema, as pg_dump does, and against
 * nothing else, so the server goes on. Holds a piece in memory, however large the tables are.
 * @throws AppError `conflict` if the schema is being changed.
 */
export async function* takeBackup(client: ClientBase, facts: Facts): AsyncGenerator<BackupPart> {
  const tables = (await listTables(client)).filter(isBackedUp);
  if (tables.length === 0) throw new AppError("conflict", "This database has no data of Keyward.");
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  await prepareTransaction(client);
  // Before the snapshot is taken: a partition that is dropped afterwards would be empty in it.
  await client.query(`LOCK TABLE ${tables.map(sqlName).join(", ")} IN ACCESS SHARE MODE`);
  yield* readDatabase(client, tables, facts);
  await client.query("COMMIT");
}

/** Reads these tables in the current transaction, which must be REPEATABLE READ and have locked them. */
export async function* readDatabase(
  client: ClientBase,
  tables: DatabaseTable[],
  facts: Facts,
): AsyncGenerator<BackupPart> {
  yield { kind: "header", header: await readHeader(client, tables, facts) };
  for (const table of tables) {
    yield { kind: "table", name: table.name };
    yield* readRows(client, table);
  }
}

async function readHeader(client: ClientBase, tables: DatabaseTable[], facts: Facts): Promise<BackupHeader> {
  const { rows } = await client.query<{ takenAt: Date; timeline: string; epoch: number; logDays: string[] }>(
    `SELECT epoch,
       -- A standby may be behind, and writes no WAL, whose timeline incarnation() asks for.
       CASE WHEN pg_is_in_recovery() THEN coalesce(pg_last_xact_replay_timestamp(), now()) ELSE now() END AS "takenAt",
       CASE WHEN pg_is_in_recovery() THEN 'standby' ELSE decisions.incarnation() END AS timeline,
       ARRAY(SELECT substr(c.relname, 9) FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
         WHERE inhparent = 'access_log.entries'::regclass AND c.relname ~ '^entries_\\d{8}$' ORDER BY 1) AS "logDays"
     FROM decisions.invalidation_head`,
  );
  const [state] = rows;
  if (!state)
    throw new AppError("conflict", "decisions.invalidation_head is empty: this database is damaged.");
  const now = (await listTables(client)).filter(isBackedUp);
  if (JSON.stringify(now) !== JSON.stringify(tables))
    throw new AppError("conflict", "The database is being migrated. Try again when that is done.");
  return {
    ...facts,
    takenAt: state.takenAt.toISOString(),
    timeline: state.timeline,
    epoch: state.epoch,
    migrations: await appliedMigrations(client),
    tables: tables.map(({ name, columns }) => ({ name, columns })),
    logDays: state.logDays,
    sequences: await readSequences(client),
  };
}

async function* readRows(client: ClientBase, table: DatabaseTable): AsyncGenerator<BackupPart> {
  const columns = table.columns.map(quoted).join(", ");
  const source = table.isPartitioned
    ? `(SELECT ${columns} FROM ${sqlName(table)})`
    : `${sqlName(table)} (${columns})`;
  const copy = client.query(copyTo(`COPY ${source} TO STDOUT`)) as AsyncIterable<Buffer>;
  let pieces: Buffer[] = [];
  let length = 0;
  let rows = 0;
  for await (const bytes of copy) {
    rows += countLines(bytes);
    pieces.push(bytes);
    length += bytes.length;
    if (length < pieceBytes) continue;
    yield { kind: "rows", bytes: Buffer.concat(pieces) };
    pieces = [];
    length = 0;
  }
  if (length > 0) yield { kind: "rows", bytes: Buffer.concat(pieces) };
  yield { kind: "end", rows };
}

/** In the text format, a row is a line: line feeds in values are written as `\n`. */
function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, end + 1)) lines += 1;
  return lines;
}
