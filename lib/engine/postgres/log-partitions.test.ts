import { randomUUID } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pino from "pino";
import { beforeEach, expect, test } from "vitest";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { AccessLogWriter } from "../log/access-log-writer";
import { ensurePartitions, ensurePartitionsOf } from "./log-partitions";
import { PostgresLog } from "./log-store";

useRuntime({}, { jobs: false });

const day = 24 * 60 * 60_000;
const quiet = pino({ level: "silent" });

function dayOf(offset: number): string {
  return new Date(Date.now() + offset * day).toISOString().slice(0, 10);
}

function partitionOf(offset: number): string {
  return `access_log.entries_${dayOf(offset).replaceAll("-", "")}`;
}

async function insertAt(offset: number): Promise<void> {
  await runtime().pool.query(
    `INSERT INTO access_log.entries (at, writer, seq, kind, request_id, source, outcome, status, code)
     VALUES ($1, $2, 1, 'decision', 'r', 'api', 'allowed', 200, 'valid')`,
    [`${dayOf(offset)}T12:00:00Z`, randomUUID()],
  );
}

/** The partitions that have rows, and how many. */
async function rowsByPartition(): Promise<Record<string, number>> {
  const { rows } = await runtime().pool.query<{ partition: string; rows: number }>(
    "SELECT tableoid::regclass::text AS partition, count(*) AS rows FROM access_log.entries GROUP BY 1",
  );
  return Object.fromEntries(rows.map((row) => [row.partition, row.rows]));
}

async function removePartitions(...offsets: number[]): Promise<void> {
  for (const offset of offsets) await runtime().pool.query(`DROP TABLE IF EXISTS ${partitionOf(offset)}`);
}

beforeEach(async () => {
  await runtime().pool.query("TRUNCATE access_log.entries");
});

test("S73 rows in the default partition move into the partitions of their days", async () => {
  const offsets = [-40, -1, 0, 3, 200];
  await removePartitions(...offsets);
  for (const offset of offsets) await insertAt(offset);
  expect(await rowsByPartition()).toEqual({ "access_log.entries_default": offsets.length });
  await Promise.all([ensurePartitions(runtime().pool), ensurePartitions(runtime().pool)]);
  expect(await rowsByPartition()).toEqual(
    Object.fromEntries(offsets.map((offset) => [partitionOf(offset), 1])),
  );
  // A new row goes into the same partition, and indexes find it.
  await insertAt(0);
  expect((await rowsByPartition())[partitionOf(0)]).toBe(2);
  const indexesOf = async (table: string) => {
    const text = "SELECT count(*) AS indexes FROM pg_index WHERE indrelid = $1::regclass";
    return (await runtime().pool.query<{ indexes: number }>(text, [table])).rows[0]?.indexes;
  };
  expect(await indexesOf("access_log.entries")).toBeGreaterThan(0);
  expect(await indexesOf(partitionOf(0))).toBe(await indexesOf("access_log.entries"));
});

test("S73 the way in which earlier versions create partitions moves the rows too", async () => {
  await removePartitions(0);
  await insertAt(0);
  await runtime().pool.query("SELECT access_log.ensure_partitions(7)");
  expect(await rowsByPartition()).toEqual({ [partitionOf(0)]: 1 });
});

test("S73 a partition that can't be created doesn't stop the others", async () => {
  const { pool } = runtime();
  await removePartitions(0, 1);
  await insertAt(0);
  await insertAt(1);
  // A constraint that no row of today satisfies.
  await pool.query(
    `ALTER TABLE access_log.entries ADD CONSTRAINT no_today CHECK (at < '${dayOf(0)}' OR at >= '${dayOf(1)}') NOT VALID`,
  );
  await expect(ensurePartitions(pool)).rejects.toThrow("no_today");
  expect(await rowsByPartition()).toEqual({ "access_log.entries_default": 1, [partitionOf(1)]: 1 });
  await pool.query("ALTER TABLE access_log.entries DROP CONSTRAINT no_today");
  await ensurePartitions(pool);
  expect(await rowsByPartition()).toEqual({ [partitionOf(0)]: 1, [partitionOf(1)]: 1 });
});

test("S73 copying creates the partition that the entries need", async () => {
  await removePartitions(0);
  const spool = { folder: mkdtempSync(path.join(tmpdir(), "keyward-spool-")), sync: false, required: true };
  const writer = new AccessLogWriter(
    new PostgresLog(runtime().pool, Buffer.alloc(32, 1)),
    quiet,
    spool,
    runtime().engine.keyFormats,
  );
  await writer.start();
  await writer.append({
    ...{ kind: "decision", requestId: "r", workspaceId: null, keyId: null, userId: null, source: "api" },
    ...{ method: "GET", path: "/", outcome: "denied", status: 401, code: "invalid_key" },
    ...{ ip: null, userAgent: null },
  });
  await writer.close();
  expect(Object.values(await rowsByPartition())).toEqual([1]);
  expect(await rowsByPartition()).not.toHaveProperty(["access_log.entries_default"]);
});

test("S73 if a partition can't be created, entries are copied into the default partition", async () => {
  const { pool } = runtime();
  await removePartitions(30);
  const reader = await pool.connect();
  await reader.query("BEGIN");
  await reader.query("SELECT FROM access_log.entries_default");
  await ensurePartitionsOf(pool, Buffer.from(`${dayOf(30)}T00:00:00.000000Z\tx\n`));
  await reader.query("COMMIT");
  reader.release();
  await insertAt(30);
  expect(await rowsByPartition()).toEqual({ "access_log.entries_default": 1 });
});

test("S73 retention removes old rows of the default partition and rejected lines", async () => {
  const { pool } = runtime();
  await removePartitions(-400, 300);
  await insertAt(-400);
  await insertAt(300);
  const put =
    "INSERT INTO access_log.rejected (writer, seq, rejected_at, line, error) VALUES ($1, 1, $2, '', '')";
  await pool.query(put, [randomUUID(), dayOf(-400)]);
  await pool.query(put, [randomUUID(), dayOf(0)]);
  await pool.query("SELECT access_log.drop_partitions(365)");
  expect(await rowsByPartition()).toEqual({ "access_log.entries_default": 1 });
  expect((await pool.query("SELECT FROM access_log.rejected")).rowCount).toBe(1);
});

test("counts by minute are kept for eight days, by hour as long as the log, and by day for 400 days", async () => {
  const { pool } = runtime();
  const days = [0, 7, 9, 29, 31, 399, 401, 499, 501];
  const spans = "unnest(ARRAY['minute', 'hour', 'day']) AS span, unnest($1::int[]) AS day";
  const start = "clock_timestamp() - make_interval(days => day)";
  const kept = async (retentionDays: number) => {
    await pool.query("DELETE FROM access_log.key_counts; DELETE FROM access_log.caller_counts");
    await pool.query(
      `INSERT INTO access_log.key_counts (span, start, key_id, workspace_id, code, would_deny, source, count)
       SELECT span, ${start}, 'key_' || day, 'ws', 'valid', '', 'api', day FROM ${spans}`,
      [days],
    );
    await pool.query(
      `INSERT INTO access_log.caller_counts (span, start, caller, workspace_id, code, would_deny, source, count)
       SELECT span, ${start}, day, 'ws', 'valid', '', 'api', day FROM ${spans}`,
      [days],
    );
    await pool.query("SELECT access_log.delete_old_counts($1)", [retentionDays]);
    const [keys, callers] = await Promise.all(
      ["key_counts", "caller_counts"].map(async (table) => {
        const { rows } = await pool.query<{ span: string; days: number[] }>(
          `SELECT span, array_agg(count::int ORDER BY count) AS days FROM access_log.${table} GROUP BY span`,
        );
        return Object.fromEntries(rows.map(({ span, days }) => [span, days]));
      }),
    );
    expect(keys).toEqual(callers);
    return keys;
  };
  expect(await kept(30)).toEqual({
    minute: [0, 7],
    hour: [0, 7, 9, 29],
    day: [0, 7, 9, 29, 31, 399],
  });
  const long = [0, 7, 9, 29, 31, 399, 401, 499];
  expect(await kept(500), "a longer retention").toEqual({ minute: [0, 7], hour: long, day: long });
  expect(await kept(5), "a retention shorter than eight days").toMatchObject({ minute: [0, 7], hour: [0] });
});
