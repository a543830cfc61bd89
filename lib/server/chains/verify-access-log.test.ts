import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { encodeLine } from "@/lib/engine/log/entry-line";
import { PostgresLog } from "@/lib/engine/postgres/log-store";
import { entry, sealKey } from "@/tests/database/access-log-writer";
import { useRuntime } from "@/tests/database/runtime";
import { runtime } from "../runtime";
import { inSnapshot } from "./in-snapshot";
import { verifyAccessLog } from "./verify-access-log";

useRuntime({}, { jobs: false });

test("S60 entries without seals are accepted from before the upgrade only", async () => {
  const { pool } = runtime();
  const client = await pool.connect();
  const add = (time: string) =>
    client.query(
      `INSERT INTO access_log.entries (at, writer, seq, kind, request_id, source, outcome, status, code)
       SELECT at + $1::interval, '00000000-0000-4000-8000-000000000001', 1, 'decision', 'r', 'api', 'denied', 401, 'invalid_key'
       FROM access_log.sealed_since`,
      [time],
    );
  const join =
    "INSERT INTO access_log.writers (id, frontier_at, joined_at) VALUES ($1, now(), now() - interval '1 year')";
  try {
    for (const [time, isEarlierWriter, problems] of [
      ["-1 second", false, []],
      ["1 second", false, ["added"]],
      ["59 minutes", true, []],
      ["61 minutes", true, ["added"]],
    ] as const) {
      await client.query("BEGIN");
      await add(time);
      if (isEarlierWriter) await client.query(join, ["00000000-0000-4000-8000-000000000001"]);
      const { findings } = await verifyAccessLog(client, client);
      expect(findings.map(({ problem }) => problem)).toEqual(problems);
      await client.query("ROLLBACK");
    }
  } finally {
    client.release(true);
  }
});

test("numbers that were lost with a disk are counted, and aren't a change", async () => {
  const log = new PostgresLog(runtime().pool, sealKey());
  const writer = randomUUID();
  await log.join(writer);
  const append = (seq: number, drainedSeq: number) =>
    log.append(
      writer,
      {
        firstSeq: seq,
        count: 1,
        lines: Buffer.from(encodeLine(entry(), Date.now() * 1000, writer, seq)),
        next: { index: 0, offset: 0 },
      },
      { drainedSeq, appendedSeq: seq, frontier: null, tally: null },
    );
  await append(1, 0);
  await append(5, 1);
  await log.close(writer);
  const report = await inSnapshot((client, other) => verifyAccessLog(client, other));
  expect(report).toMatchObject({ entries: 2, lost: 3, findings: [] });
});

test("deleted days are missing once the retention is raised, unless verify is given the lower one", async () => {
  const { pool, env } = runtime();
  const client = await pool.connect();
  const { accessLogRetentionDays } = env;
  try {
    await client.query("BEGIN");
    await client.query(
      `INSERT INTO access_log.seals (writer, first_seq, count, columns, first_at, last_at, mac)
       VALUES ($1, 1, 2, 18, $2, $2, '\\x00')`,
      [randomUUID(), new Date(Date.now() - 30 * 86_400_000).toISOString()],
    );
    for (const [days, problems] of [
      [7, []],
      [90, ["missing"]],
    ] as const) {
      Object.assign(env, { accessLogRetentionDays: days });
      const { findings } = await verifyAccessLog(client, client);
      expect(findings.map(({ problem }) => problem)).toEqual(problems);
    }
  } finally {
    Object.assign(env, { accessLogRetentionDays });
    client.release(true);
  }
});
