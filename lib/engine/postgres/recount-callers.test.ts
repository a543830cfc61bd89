import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { runtime } from "@/lib/server/runtime";
import { entry, folder, quiet, sealKey, untilCopied, withWriter } from "@/tests/database/access-log-writer";
import { expectCounted } from "@/tests/database/expect-counted";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { waitUntil } from "@/tests/wait-until";
import { callerOf } from "../log/caller";
import type { NewEntry } from "../log/entry-line";
import { Tally } from "../log/tally";
import { adoptSpools } from "./adopt-spools";
import { countUses } from "./count-uses";
import { inTransaction } from "./in-transaction";

useRuntime();

type Sums = { allowed: number; denied: number };
type Row = Sums & { caller: string; firstAt: Date; lastAt: Date; lastIp: string };

async function rollUp(keyId: string): Promise<Row[]> {
  const { rows } = await runtime().pool.query<Row>(
    `SELECT concat_ws(' ', address, client, method, route) AS caller, first_at AS "firstAt", last_at AS "lastAt",
       host(last_ip) AS "lastIp", allowed::int, denied::int
     FROM access_log.callers WHERE key_id = $1`,
    [keyId],
  );
  return rows.sort(byCaller);
}

/** Counts the log's entries one by one. */
async function recount(keyId: string): Promise<Row[]> {
  const { rows } = await runtime().pool.query<NewEntry & { at: Date }>(
    `SELECT at, host(ip) AS ip, user_agent AS "userAgent", method, path, outcome FROM access_log.entries
     WHERE key_id = $1 ORDER BY at, writer, seq`,
    [keyId],
  );
  const found = new Map<string, Row>();
  for (const { at, ...one } of rows) {
    const { address, client, method, route } = callerOf(one);
    const caller = [address, client, method, route].join(" ");
    const row = found.get(caller) ?? { caller, firstAt: at, lastAt: at, lastIp: "", allowed: 0, denied: 0 };
    row[one.outcome] += 1;
    row.lastAt = at;
    row.lastIp = one.ip as string;
    found.set(caller, row);
  }
  return [...found.values()].sort(byCaller);
}

function byCaller(one: Row, other: Row): number {
  return one.caller < other.caller ? -1 : 1;
}

function sumOf(counts: Sums[]): Sums {
  return counts.reduce(
    (sum, { allowed, denied }) => ({ allowed: sum.allowed + allowed, denied: sum.denied + denied }),
    { allowed: 0, denied: 0 },
  );
}

async function newKey(): Promise<string> {
  const { actor } = await makeWorkspace();
  return (await makeKey(actor)).key.id;
}

/** The nth request of a program that calls from several networks, with several clients and routes. */
function mixed(keyId: string, number: number): NewEntry {
  return entry({
    keyId,
    outcome: number % 5 === 0 ? "denied" : "allowed",
    ip: number % 3 === 0 ? `2001:db8:0:${number % 2}::${number % 9}` : `203.0.${number % 4}.${number % 200}`,
    userAgent: number % 7 === 0 ? "curl/8.5.0" : `python-requests/2.${number % 30}`,
    method: number % 2 === 0 ? "GET" : "POST",
    path: `/v1/files/${number}`,
  });
}

test("callers equal a recount of the log, no matter which processes copy a spool or how often", async () => {
  const keyId = await newKey();
  await withWriter(async (first) => {
    await withWriter(async (second) => {
      for (let turn = 0; turn < 10; turn += 1) {
        const appended = [first, second].flatMap((writer) =>
          Array.from({ length: 60 }, (_, index) => writer.append(mixed(keyId, turn * 60 + index))),
        );
        await Promise.all(appended);
        // Takes both for dead, and copies the same spools at the same time.
        await runtime().pool.query("UPDATE access_log.writers SET renewed_at = now() - interval '1 hour'");
        await Promise.all([
          adoptSpools(runtime().pool, folder, "", quiet, Buffer.alloc(32, 1)),
          first.settled(),
          second.settled(),
        ]);
      }
      await untilCopied(first);
      await untilCopied(second);
    });
  });
  const counted = await rollUp(keyId);
  expect(sumOf(counted)).toEqual({ allowed: 960, denied: 240 });
  expect(counted.length).toBeGreaterThan(10);
  expect(counted).toEqual(await recount(keyId));
  // All of it is copied already, so copying it again changes nothing.
  await adoptSpools(runtime().pool, folder, "", quiet, Buffer.alloc(32, 1));
  expect(await rollUp(keyId)).toEqual(counted);
  expect(await expectCounted([keyId])).toBe(1200);
});

test("after a failover that lost entries and their counts, both are copied again, and a copy of the spool adds nothing", async () => {
  const keyId = await newKey();
  const { pool } = runtime();
  const state = [
    "entries",
    "writers",
    "callers",
    "key_counts",
    "caller_counts",
    "workspace_counts",
    "last_uses",
    "seals",
  ];
  const spoolCopy = mkdtempSync(path.join(tmpdir(), "keyward-spool-copy-"));
  await withWriter(async (writer) => {
    for (let number = 0; number < 30; number += 1) await writer.append(mixed(keyId, number));
    await untilCopied(writer);
    for (const table of state)
      await pool.query(`CREATE TABLE access_log.standby_${table} AS TABLE access_log.${table}`);
    for (let number = 0; number < 40; number += 1) await writer.append(mixed(keyId, number));
    await untilCopied(writer);
    cpSync(path.join(folder, writer.writerId), path.join(spoolCopy, writer.writerId), { recursive: true });
  });
  const before = await rollUp(keyId);
  for (const table of state)
    await pool.query(`DELETE FROM access_log.${table};
      INSERT INTO access_log.${table} OVERRIDING SYSTEM VALUE SELECT * FROM access_log.standby_${table};
      DROP TABLE access_log.standby_${table}`);
  expect(await expectCounted([keyId])).toBe(30);
  for (const spool of [spoolCopy, folder, spoolCopy]) {
    await pool.query("UPDATE access_log.writers SET renewed_at = now() - interval '1 hour'");
    await adoptSpools(pool, spool, "", quiet, sealKey());
    expect(await expectCounted([keyId])).toBe(70);
    expect(await rollUp(keyId)).toEqual(before);
  }
});

test("a batch that the database didn't take counts once when it is repeated, and a rejected line doesn't count", async () => {
  const keyId = await newKey();
  const { pool } = runtime();
  await withWriter(async (writer) => {
    // The callers are counted after the entries are copied, in the same transaction.
    await pool.query("ALTER TABLE access_log.callers RENAME TO callers_away");
    try {
      for (let number = 0; number < 20; number += 1) await writer.append(mixed(keyId, number));
      await writer.append(entry({ keyId, ip: "no address" }));
      await writer.settled();
      expect(writer.undrained).toBe(21);
    } finally {
      await pool.query("ALTER TABLE access_log.callers_away RENAME TO callers");
    }
    await waitUntil("all is copied", async () => writer.undrained === 0);
  });
  expect(sumOf(await rollUp(keyId))).toEqual({ allowed: 16, denied: 4 });
  expect(await rollUp(keyId)).toEqual(await recount(keyId));
});

test("instances that count the same callers at the same time don't deadlock and lose nothing", async () => {
  const keys = [await newKey(), await newKey()] as const;
  const start = Date.now() * 1000;
  const drain = (instance: number, turn: number) => {
    const tally = new Tally();
    for (let number = 0; number < 300; number += 1) {
      // Each instance meets the keys and callers in an order of its own.
      const place = (number * 7 + instance * 101 + turn * 13) % 300;
      const keyId = keys[place % 2] as string;
      tally.add(entry({ keyId, ip: `10.${turn % 3}.${place % 250}.1` }), start + turn * 1000 + number);
    }
    return inTransaction(runtime().pool, 10_000, (client) => countUses(client, tally));
  };
  for (let turn = 0; turn < 12; turn += 1)
    await Promise.all([drain(0, turn), drain(1, turn), drain(2, turn), drain(3, turn)]);
  for (const keyId of keys) expect(sumOf(await rollUp(keyId))).toEqual({ allowed: 12 * 4 * 150, denied: 0 });
});
