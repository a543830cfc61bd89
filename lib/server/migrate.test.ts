import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { expect, inject, test } from "vitest";
import { administer, withDatabase } from "@/tests/database/database-url";
import { startTcpProxy } from "@/tests/peers/tcp-proxy";
import { waitUntil } from "@/tests/wait-until";
import { clientConfig } from "./database";
import { migrate } from "./migrate";

const migrations = path.resolve("prisma/migrations");
const names = readdirSync(migrations, { withFileTypes: true })
  .filter((one) => one.isDirectory())
  .map(({ name }) => name)
  .sort();

async function ask<Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client(clientConfig(url));
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

async function withEmptyDatabase(work: (url: string) => Promise<void>): Promise<void> {
  const server = inject("postgresUrl");
  const name = `keyward_migrate_${process.pid}_${Math.random().toString(36).slice(2)}`;
  await ask(server, `CREATE DATABASE ${name}`);
  try {
    await work(withDatabase(server, name));
  } finally {
    await administer(server, `DROP DATABASE ${name} WITH (FORCE)`);
  }
}

function folderOf(files: Record<string, string>): string {
  const folder = mkdtempSync(path.join(tmpdir(), "keyward-migrations-"));
  for (const [name, sql] of Object.entries(files)) {
    mkdirSync(path.join(folder, name));
    writeFileSync(path.join(folder, name, "migration.sql"), sql);
  }
  return folder;
}

test("concurrent runs on an empty database apply each migration once", async () => {
  await withEmptyDatabase(async (url) => {
    const applied = await Promise.all(Array.from({ length: 4 }, () => migrate(url, migrations)));
    expect(applied.flat().sort()).toEqual(names);
    expect(await migrate(url, migrations)).toEqual([]);
  });
});

test("migrations are recorded as Prisma does, and migrations recorded by Prisma are skipped", async () => {
  await withEmptyDatabase(async (url) => {
    await migrate(url, migrations);
    const noted = await ask(url, "SELECT * FROM _prisma_migrations ORDER BY migration_name");
    for (const [index, name] of names.entries()) {
      const sql = readFileSync(path.join(migrations, name, "migration.sql"));
      expect(noted[index]).toEqual({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        checksum: createHash("sha256").update(sql).digest("hex"),
        finished_at: expect.any(Date),
        migration_name: name,
        logs: null,
        rolled_back_at: null,
        started_at: expect.any(Date),
        applied_steps_count: 1,
        compatible_since: "0.0.0",
      });
    }
    expect(noted).toHaveLength(names.length);
    await ask(
      url,
      `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count)
       VALUES ('by-prisma', 'x', now(), '2_by_prisma', 1)`,
    );
    const folder = folderOf({ "2_by_prisma": "SELECT 1/0", "3_ours": "CREATE TABLE three ()" });
    expect(await migrate(url, folder)).toEqual(["3_ours"]);
  });
});

test("a failed migration leaves nothing behind, is named, and runs again once fixed", async () => {
  await withEmptyDatabase(async (url) => {
    const broken = {
      "1_good": "CREATE TABLE good ();",
      "2_bad": "CREATE TABLE bad (); SELECT 1/0;",
      "3_never": "CREATE TABLE never ()",
    };
    await expect(migrate(url, folderOf(broken))).rejects.toThrow("Migration 2_bad failed: division by zero");
    const tables =
      "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations' ORDER BY 1";
    expect(await ask(url, tables)).toEqual([{ tablename: "good" }]);
    expect(await migrate(url, folderOf({ ...broken, "2_bad": "CREATE TABLE bad ()" }))).toEqual([
      "2_bad",
      "3_never",
    ]);
  });
});

test("a migration interrupted by a crash is fully applied by the next run", async () => {
  await withEmptyDatabase(async (url) => {
    const folder = folderOf({
      "1_slow": "CREATE TABLE slow (); SELECT pg_terminate_backend(pg_backend_pid());",
    });
    await expect(migrate(url, folder)).rejects.toThrow();
    expect(await migrate(url, folderOf({ "1_slow": "CREATE TABLE slow ()" }))).toEqual(["1_slow"]);
  });
});

test("a migration is aborted if the database stops responding", async () => {
  await withEmptyDatabase(async (url) => {
    const proxy = await startTcpProxy(url);
    try {
      proxy.silenceAfter("BEGIN");
      await expect(migrate(proxy.url, migrations, { answerMs: 200 })).rejects.toThrow(/timeout/);
    } finally {
      await proxy.close();
    }
  });
});

test("a release older than the database starts as long as no newer migration took away what it uses", async () => {
  await withEmptyDatabase(async (url) => {
    const old = folderOf({ "1_base": "CREATE TABLE base (a int, b int)" });
    const adding = { "1_base": "CREATE TABLE base (a int, b int)", "2_adds": "ALTER TABLE base ADD c int" };
    const removing = { "3_removes": "-- Compatible since 1.5.0: nothing uses b.\nALTER TABLE base DROP b" };
    expect(await migrate(url, old, { release: "1.4.9" })).toEqual(["1_base"]);
    expect(await migrate(url, folderOf(adding), { release: "1.5.0" })).toEqual(["2_adds"]);
    const lines: unknown[] = [];
    const log = { info: (...line: unknown[]) => lines.push(line) } as never;
    expect(await migrate(url, old, { release: "1.4.9", log })).toEqual([]);
    expect(lines).toEqual([[{ migrations: ["2_adds"] }, expect.stringContaining("newer version")]]);
    await migrate(url, folderOf({ ...adding, ...removing }), { release: "1.6.0" });
    expect(await migrate(url, folderOf(adding), { release: "1.5.0" })).toEqual([]);
    await expect(migrate(url, old, { release: "1.4.9" })).rejects.toThrow(
      "a newer version of Keyward migrated it (3_removes), and this one is too old: 1.4.9. Start 1.5.0 or a later version",
    );
  });
});

test("a release older than the database doesn't start if nobody recorded what it needs; the next start of a newer one records it", async () => {
  await withEmptyDatabase(async (url) => {
    const old = folderOf({ "1_base": "CREATE TABLE base ()" });
    const newer = folderOf({ "1_base": "CREATE TABLE base ()", "2_adds": "CREATE TABLE added ()" });
    await migrate(url, newer);
    // As a release from before the marks, or Prisma's CLI, leaves the table.
    await ask(url, "ALTER TABLE _prisma_migrations DROP COLUMN compatible_since");
    await expect(migrate(url, old)).rejects.toThrow(/newer version.*\(2_adds\) without recording/);
    expect(await migrate(url, newer)).toEqual([]);
    expect(await migrate(url, old)).toEqual([]);
  });
});

test("a migration doesn't hold up the queries of a table that a long transaction uses, and is applied after that", async () => {
  await withEmptyDatabase(async (url) => {
    const base = { "1_base": "CREATE TABLE base (a int)" };
    await migrate(url, folderOf(base));
    const reader = new pg.Client(clientConfig(url));
    await reader.connect();
    await reader.query("BEGIN; SELECT FROM base");
    const waited: unknown[] = [];
    const log = { info: (facts: unknown) => waited.push(facts) } as never;
    const migrated = migrate(url, folderOf({ ...base, "2_adds": "ALTER TABLE base ADD b int" }), { log });
    await waitUntil("the migration gave the table back", async () => waited.length > 0);
    expect(await ask(url, "SELECT a FROM base")).toEqual([]);
    await reader.query("COMMIT");
    await reader.end();
    expect(await migrated).toEqual(["2_adds"]);
    expect(waited).toContainEqual({ migration: "2_adds" });
  });
});
