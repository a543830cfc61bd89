import { randomBytes } from "node:crypto";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/tests/database/database";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { encryptionKeyId } from "../encryption-keys/encryption-key-id";
import { runtime } from "../runtime";
import type { BackupHeader, BackupPart } from "./backup-parts";
import { ByteReader } from "./byte-reader";
import { isBackedUp, listTables, schemas } from "./database-tables";
import { decodeBackup } from "./decode-backup";
import { encodeBackup } from "./encode-backup";
import { withPatientClient } from "./patient-client";
import { restoreDatabase } from "./restore-database";
import { takeBackup } from "./take-backup";

useRuntime({}, { jobs: false });

const key = randomBytes(32);
const migrations = path.resolve(import.meta.dirname, "../../../prisma/migrations");
let target: TestDatabase;
let backup: Buffer;

beforeAll(async () => {
  target = await createTestDatabase();
  const { actor } = await makeWorkspace();
  await makeKey(actor);
  const facts = { keyward: "1.0.0", encryptionKeyId: encryptionKeyId(key) };
  const pieces: Buffer[] = [];
  await withPatientClient(runtime().env.databaseUrl as string, async (client) => {
    for await (const piece of encodeBackup(takeBackup(client, facts), key)) pieces.push(piece);
  });
  backup = Buffer.concat(pieces);
});
afterAll(() => target.drop());

async function* pieceOf(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

async function restore(bytes: Buffer, change: (header: BackupHeader) => BackupHeader = (header) => header) {
  const parts = decodeBackup(new ByteReader(pieceOf(bytes)), () => key);
  const { header } = (await parts.next()).value as BackupPart & { kind: "header" };
  return restoreDatabase(target.url, migrations, change(header), parts);
}

async function countOf(table: string): Promise<number> {
  return withPatientClient(target.url, async (client) =>
    Number((await client.query(`SELECT count(*) FROM ${table}`)).rows[0].count),
  );
}

test("nothing stays of a backup that fails on the way, and the whole one can be restored afterwards", async () => {
  // The last bytes are the signature: everything else was loaded by then.
  await expect(restore(backup.subarray(0, -1))).rejects.toThrow("its end is missing");
  expect(await countOf("public.api_keys")).toBe(0);
  const changed = Buffer.from(backup);
  changed[changed.length - 4] = (changed.at(-4) as number) ^ 1;
  await expect(restore(changed)).rejects.toThrow("damaged or not whole");
  expect([await countOf("public.users"), await countOf("access_log.sealed_since")]).toEqual([0, 1]);
  const earlier = (header: BackupHeader) => ({ ...header, migrations: header.migrations.slice(0, -1) });
  await expect(restore(backup, earlier)).rejects.toThrow("a later version of Keyward has prepared it");
  // A table of the backup that isn't known was made by hand.
  const withAnother = (header: BackupHeader) => ({
    ...header,
    tables: header.tables.map((table) =>
      table.name === "public.key_formats" ? { ...table, name: "public.notes" } : table,
    ),
  });
  expect(await restore(backup, withAnother)).toMatchObject({ unknownTables: ["public.notes"] });
  expect(await countOf("public.api_keys")).toBe(1);
  await expect(restore(backup)).rejects.toThrow("This database is in use");
});

test("a backup of a newer version is refused before anything is changed", async () => {
  const newer = (header: BackupHeader) => ({
    ...header,
    keyward: "9.0.0",
    migrations: [...header.migrations, "29990101000000_later"],
  });
  await expect(restore(backup, newer)).rejects.toThrow(
    "This backup was made by Keyward 9.0.0, which is newer than this version (29990101000000_later is unknown)",
  );
});

test("every table of the database is either backed up or known to be transient", async () => {
  const client = await runtime().pool.connect();
  const tables = await listTables(client);
  const { rows } = await client.query<{ name: string }>(
    `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^pg_|^information_schema$' ORDER BY 1`,
  );
  client.release();
  const all = rows.map(({ name: table }) => table).filter((table) => table !== "public._prisma_migrations");
  expect(tables.map(({ name: table }) => table).sort()).toEqual(all);
  expect(new Set(all.map((table) => table.split(".")[0]))).toEqual(new Set(schemas));
  expect(
    tables
      .filter((table) => !isBackedUp(table))
      .map(({ name: table }) => table)
      .sort(),
  ).toEqual([
    "access_log.exports",
    "decisions.instances",
    "decisions.invalidations",
    "limits.grants",
    "public.email_codes",
    "public.passkey_challenges",
    "secrets.instance_keys",
  ]);
});
