import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { listAccessLog } from "@/lib/server/logs/list-access-log";
import { runtime } from "@/lib/server/runtime";
import {
  entry,
  expectNoHoles,
  folder,
  quiet,
  rows,
  untilCopied,
  withWriter,
} from "@/tests/database/access-log-writer";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { waitUntil } from "@/tests/wait-until";
import { PostgresLog } from "../postgres/log-store";
import { AccessLogWriter } from "./access-log-writer";

useRuntime();

test("many simultaneous entries are each copied once, in a sequence without gaps", async () => {
  await withWriter(async (writer) => {
    const entries = Array.from({ length: 2500 }, () => entry({ keyId: "key_many" }));
    await Promise.all(
      entries.map(async (one, index) => {
        if (index % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
        await writer.append(one);
      }),
    );
    await untilCopied(writer);
    const found = await rows("key_many");
    expect(found.map(({ request_id }) => request_id).sort()).toEqual(
      entries.map(({ requestId }) => requestId).sort(),
    );
    expectNoHoles(found);
  });
});

test("a request id sent a thousand times makes a thousand entries", async () => {
  await withWriter(async (writer) => {
    await Promise.all(
      Array.from({ length: 1000 }, () => writer.append(entry({ keyId: "key_same", requestId: "same" }))),
    );
    await untilCopied(writer);
    expect(await rows("key_same")).toHaveLength(1000);
  });
});

test("no entry is ever added at or before a frontier that was read", async () => {
  await withWriter(async (first) => {
    await withWriter(async (second) => {
      const { pool } = runtime();
      const frontier = "SELECT min(frontier_at) AS at FROM access_log.writers WHERE closed_at IS NULL";
      const upTo = "SELECT count(*) AS count FROM access_log.entries WHERE at <= (SELECT $1::timestamptz)";
      const seen: { at: string; count: number }[] = [];
      const moved = () => (seen.at(-1)?.count ?? 0) > (seen[0]?.count ?? 0);
      // The process's own idle writer advances its frontier twice a second. Continue until that happened; otherwise this proves nothing.
      for (let round = 0; round < 30 || (!moved() && round < 3000); round += 1) {
        const appended = [first.append(entry()), second.append(entry()), first.append(entry())];
        const { rows: read } = await pool.query<{ at: string }>(`SELECT at::text FROM (${frontier}) f`);
        const at = read[0]?.at as string;
        seen.push({ at, count: (await pool.query<{ count: number }>(upTo, [at])).rows[0]?.count as number });
        await Promise.all(appended);
      }
      for (const { at, count } of seen) expect((await pool.query(upTo, [at])).rows[0].count).toBe(count);
      expect(moved()).toBe(true);
    });
  });
});

test("an idle writer's frontier advances, and a closed writer doesn't hold the watermark back", async () => {
  const { pool } = runtime();
  const now = async () =>
    (await pool.query<{ at: Date }>("SELECT clock_timestamp() AS at")).rows[0]?.at as Date;
  const writer = new AccessLogWriter(
    new PostgresLog(pool, Buffer.alloc(32, 1)),
    quiet,
    { folder, sync: false, required: true },
    runtime().engine.keyFormats,
  );
  await writer.start();
  const started = await now();
  const frontiers = () =>
    pool.query<{ at: Date }>("SELECT min(frontier_at) AS at FROM access_log.writers WHERE closed_at IS NULL");
  await waitUntil("the frontier moved", async () => ((await frontiers()).rows[0]?.at ?? 0) > started);
  await writer.close();
  await expect(writer.append(entry())).rejects.toMatchObject({ code: "unavailable", retryAfterSeconds: 1 });
  const left = await now();
  await waitUntil("the frontier moved without it", async () => ((await frontiers()).rows[0]?.at ?? 0) > left);
});

test("a line that PostgreSQL rejects is stored separately and doesn't block the others", async () => {
  await withWriter(async (writer) => {
    const keyId = "key_poison";
    const poison = { keyId, ip: "no address" };
    await Promise.all([
      ...Array.from({ length: 5 }, () => writer.append(entry({ keyId }))),
      writer.append(entry(poison)),
      ...Array.from({ length: 3 }, () => writer.append(entry({ keyId }))),
      writer.append(entry(poison)),
    ]);
    await untilCopied(writer);
    expect((await rows(keyId)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 7, 8, 9]);
    const { rows: rejected } = await runtime().pool.query(
      "SELECT seq, convert_from(line, 'UTF8') AS line, error FROM access_log.rejected WHERE writer = $1 ORDER BY seq",
      [writer.writerId],
    );
    expect(rejected.map(({ seq }) => seq)).toEqual([6, 10]);
    expect(rejected[0]).toMatchObject({
      line: expect.stringContaining("no address"),
      error: expect.stringMatching(/inet/),
    });
    const hourly = await runtime().pool.query(
      "SELECT allowed FROM access_log.hourly_uses WHERE key_id = $1",
      [keyId],
    );
    expect(hourly.rows).toEqual([{ allowed: 8 }]);
  });
});

test("a silent writer holds the watermark back for a minute, and is reported from then on", async () => {
  await withWriter(async (writer) => {
    const { pool } = runtime();
    const { workspace } = await makeWorkspace();
    const list = () =>
      listAccessLog({ workspaceId: workspace.id, ownerId: null, signInsOf: [], view: "keys", limit: 1 });
    const silent = async (seconds: number) => {
      await pool.query(
        "UPDATE access_log.writers SET renewed_at = now() - make_interval(secs => $2), frontier_at = now() - interval '5 minutes' WHERE id = $1",
        [silentWriter, seconds],
      );
      return list();
    };
    const silentWriter = randomUUID();
    await pool.query("INSERT INTO access_log.writers (id, frontier_at) VALUES ($1, now())", [silentWriter]);
    const held = await silent(30);
    expect(held.completeUpTo.getTime()).toBeLessThan(Date.now() - 290_000);
    expect(held.silentSince).toEqual([]);
    const named = await silent(90);
    expect(named.completeUpTo.getTime()).toBeGreaterThan(Date.now() - 60_000);
    expect(named.silentSince).toHaveLength(1);
    expect(writer.healthy).toBe(true);
    await pool.query("DELETE FROM access_log.writers WHERE id = $1", [silentWriter]);
    expect((await list()).silentSince).toEqual([]);
  });
});

test("S57 malicious text in any field makes one valid record, and doesn't block the others of its batch", async () => {
  await withWriter(async (writer) => {
    const evil = "\r\n\u0000\u001b[31m\u202e\ud800";
    await Promise.all([
      writer.append(
        entry({ keyId: "key_evil", path: `/a${evil}`, userAgent: `b${evil}`, method: `G${evil}` }),
      ),
      writer.append(entry({ keyId: "key_evil", path: "/fine", userAgent: `${"x".repeat(600)}` })),
    ]);
    await untilCopied(writer);
    const found = await rows("key_evil");
    expect(found).toHaveLength(2);
    expect(found[0]).toMatchObject({
      path: "/a\ufffd\ufffd\ufffd\ufffd[31m\ufffd\ufffd",
      user_agent: expect.stringMatching(/^b\ufffd/),
    });
    expect(JSON.stringify(found)).not.toMatch(/\\[rn]|\\u0000|\\u001b|\u202e/);
    expect(found[1]?.user_agent).toHaveLength(512);
  });
});

test("uses are counted by key and hour in the same transaction, and the last allowed one is kept", async () => {
  const { actor } = await makeWorkspace();
  const { key } = await makeKey(actor);
  await withWriter(async (writer) => {
    const userAgent = 'a\\b "c"';
    const allowed = Array.from({ length: 7 }, () => writer.append(entry({ keyId: key.id, userAgent })));
    const denied = { keyId: key.id, outcome: "denied", ip: "198.51.100.1" } as const;
    await Promise.all([...allowed, ...Array.from({ length: 3 }, () => writer.append(entry(denied)))]);
    await untilCopied(writer);
    const { pool } = runtime();
    const hourly = await pool.query(
      "SELECT sum(allowed)::int AS allowed, sum(denied)::int AS denied FROM access_log.hourly_uses WHERE key_id = $1",
      [key.id],
    );
    expect(hourly.rows[0]).toEqual({ allowed: 7, denied: 3 });
    const last = await pool.query(
      "SELECT host(ip) AS ip, user_agent FROM access_log.last_uses WHERE key_id = $1",
      [key.id],
    );
    expect(last.rows).toEqual([{ ip: "203.0.113.7", user_agent: userAgent }]);
  });
});
