import { expect, test } from "vitest";
import type { PoolClient } from "@/lib/engine/postgres/client";
import { entry, untilCopied, withWriter } from "@/tests/database/access-log-writer";
import { useRuntime } from "@/tests/database/runtime";
import { Chance } from "@/tests/models/simulated-time";
import { runtime } from "../runtime";
import { type KnownBatches, type LogReport, verifyAccessLog } from "./verify-access-log";

useRuntime({}, { jobs: false });

/** How many random changes are tried, and which. The switches are for long runs by hand. */
const changes = Number(process.env.CHAIN_TEST_CHANGES ?? 200);
const seed = Number(process.env.CHAIN_TEST_SEED ?? Date.now() % 2 ** 31);
const chance = new Chance(seed);

async function verify(known?: KnownBatches): Promise<LogReport> {
  const client = await runtime().pool.connect();
  try {
    await client.query("BEGIN");
    return await verifyAccessLog(client, client, known);
  } finally {
    await client.query("ROLLBACK");
    client.release();
  }
}

const hostile = [
  "a\tb",
  "\r\n\u0000\u001b[31m",
  "\\N",
  "\\.",
  "a\\",
  "größer",
  "日本👍🏽",
  "\ud800",
  "",
  "\u2028",
];
const addresses = [
  ...[
    "203.0.113.7",
    "2001:DB8:0:0:0:0:0:1",
    "2001:db8::1",
    "::1",
    "::",
    "::1.2.3.4",
    "::ffff:1.2.3.4",
    "::1:2",
  ],
  ...[
    "1:0:2:0:0:3:0:0",
    "1::2:0:0:3",
    "0:0:1::",
    "fe80::1:0:0:1",
    "2001:db8:0:1:1:1:1:1",
    "64:ff9b::203.0.113.7",
  ],
];

/** Several writers with several batches each, of which one has a rejected line. */
async function makeLog(): Promise<void> {
  for (let made = 0; made < 3; made += 1)
    await withWriter(async (writer) => {
      for (let batch = 0; batch < 4; batch += 1) {
        const texts = hostile.map((text) => ({ path: text, userAgent: text, method: text.slice(0, 16) }));
        const ips = addresses.map((ip) => ({ ip }));
        const some = [...texts, ...ips, { ip: null, keyId: null }].slice(batch * 6, batch * 6 + 7);
        await Promise.all(some.map((one) => writer.append(entry(one))));
        if (batch === 2 && made === 1) await writer.append(entry({ ip: "no address" }));
        await untilCopied(writer);
      }
    });
}

test("S60 an untouched access log verifies, whatever clients sent", async () => {
  await makeLog();
  const { rows } = await runtime().pool.query<{ entries: number; writers: number }>(
    "SELECT count(*)::int AS entries, count(DISTINCT writer)::int AS writers FROM access_log.entries",
  );
  expect((await runtime().pool.query("SELECT FROM access_log.rejected")).rowCount).toBe(1);
  expect(await verify()).toEqual({ ...rows[0], lost: 0, findings: [] });
});

test("S60 every random change of the access log is found", async () => {
  const { pool } = runtime();
  const { rows } = await pool.query<{ writer: string; seq: number }>(
    "SELECT writer, seq FROM access_log.entries ORDER BY writer, seq",
  );
  const seals = await pool.query<{ writer: string; seq: number; mac: Buffer }>(
    "SELECT writer, first_seq AS seq, mac FROM access_log.seals ORDER BY writer, first_seq",
  );
  const known: KnownBatches = new Map();
  for (const { writer, seq, mac } of seals.rows) known.set(writer, new Map([[seq, mac.toString("hex")]]));
  const client = await pool.connect();
  try {
    for (let made = 0; made < changes; made += 1) {
      const { writer, seq } = chance.pick(rows);
      const change = chance.pick(kinds);
      await client.query("BEGIN");
      await change(client, writer, seq);
      const { findings } = await verifyAccessLog(client, client, known);
      await client.query("ROLLBACK");
      expect(
        findings.map((finding) => finding.writer),
        `CHAIN_TEST_SEED=${seed}: ${change.name} of ${writer} ${seq}`,
      ).toEqual([writer]);
    }
  } finally {
    client.release(true);
  }
  expect((await verify(known)).findings).toEqual([]);
});

type Change = (client: PoolClient, writer: string, seq: number) => Promise<unknown>;

const edit: Change = (client, writer, seq) => {
  const edits = [
    "at = at + interval '1 microsecond'",
    "request_id = request_id || 'x'",
    "workspace_id = 'ws_other'",
    "key_id = CASE WHEN key_id IS NULL THEN 'x' END",
    "method = coalesce(method, '') || 'x'",
    "path = coalesce(path, '') || 'x'",
    "outcome = 'denied'",
    "status = status + 1",
    "code = 'invalid_key'",
    "ip = '198.51.100.1'",
    "user_agent = coalesce(user_agent, '') || ' '",
    "spent = '1:1'",
    "would_deny = 'ip_not_allowed'",
    "client = coalesce(client, '') || 'x'",
    "route = coalesce(route, '') || 'x'",
    "seq = seq + 1000",
  ];
  return client.query(`UPDATE access_log.entries SET ${chance.pick(edits)} WHERE writer = $1 AND seq = $2`, [
    writer,
    seq,
  ]);
};

const remove: Change = (client, writer, seq) =>
  client.query("DELETE FROM access_log.entries WHERE writer = $1 AND seq = $2", [writer, seq]);

const removeBatch: Change = async (client, writer, seq) => {
  const { rows } = await client.query<{ first: number; next: number }>(
    `DELETE FROM access_log.seals WHERE writer = $1 AND first_seq <= $2 AND first_seq + count > $2
     RETURNING first_seq AS first, first_seq + count AS next`,
    [writer, seq],
  );
  await client.query("DELETE FROM access_log.entries WHERE writer = $1 AND seq >= $2 AND seq < $3", [
    writer,
    rows[0]?.first,
    rows[0]?.next,
  ]);
};

const reorder: Change = (client, writer, seq) =>
  client.query(
    `UPDATE access_log.entries SET seq = CASE seq WHEN $2 THEN other ELSE $2 END FROM (
       SELECT seq AS other FROM access_log.entries WHERE writer = $1 AND seq <> $2 ORDER BY abs(seq - $2) LIMIT 1) AS near
     WHERE writer = $1 AND seq IN ($2, other)`,
    [writer, seq],
  );

const truncate: Change = async (client, writer, seq) => {
  await client.query("DELETE FROM access_log.entries WHERE writer = $1 AND seq >= $2", [writer, seq]);
  const { rows } = await client.query<{ first: number }>(
    "DELETE FROM access_log.seals WHERE writer = $1 AND first_seq + count > $2 RETURNING first_seq AS first",
    [writer, seq],
  );
  const end = Math.min(...rows.map(({ first }) => first)) - 1;
  await client.query("DELETE FROM access_log.entries WHERE writer = $1 AND seq > $2", [writer, end]);
  await client.query("UPDATE access_log.writers SET drained_seq = $2, appended_seq = $2 WHERE id = $1", [
    writer,
    end,
  ]);
};

const duplicate: Change = (client, writer, seq) =>
  client.query(
    "INSERT INTO access_log.entries SELECT * FROM access_log.entries WHERE writer = $1 AND seq = $2",
    [writer, seq],
  );

const kinds = [edit, remove, removeBatch, reorder, truncate, duplicate];

test("S60 entries that retention removed aren't missed, but later ones are", async () => {
  const { pool } = runtime();
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ writer: string }>("SELECT writer FROM access_log.seals LIMIT 1");
    const writer = rows[0]?.writer;
    await client.query("BEGIN");
    await client.query("DELETE FROM access_log.entries WHERE writer = $1 AND seq < 9", [writer]);
    expect((await verifyAccessLog(client, client)).findings).toMatchObject([{ writer, problem: "missing" }]);
    const { env } = runtime();
    const { accessLogRetentionDays } = env;
    env.accessLogRetentionDays = -1;
    expect((await verifyAccessLog(client, client)).findings).toEqual([]);
    env.accessLogRetentionDays = accessLogRetentionDays;
    await client.query("ROLLBACK");
  } finally {
    client.release(true);
  }
});
