import pino from "pino";
import { expect, test } from "vitest";
import { useRuntime } from "@/tests/runtime";
import { waitUntil } from "@/tests/wait-until";
import { runtime } from "../runtime";
import { AccessLogWriter, type NewEntry } from "./access-log-writer";

useRuntime();

const quiet = pino({ level: "silent" });
let made = 0;

function entry(some: Partial<NewEntry> = {}): NewEntry {
  made += 1;
  return {
    ...{
      kind: "decision",
      requestId: `r-${made}`,
      workspaceId: "ws_1",
      keyId: "key_1",
      userId: "usr_1",
      source: "api",
    },
    ...{
      method: "GET",
      path: "/",
      outcome: "allowed",
      status: 200,
      code: "valid",
      ip: "203.0.113.7",
      userAgent: "test",
    },
    ...some,
  };
}

type Row = {
  writer: string;
  seq: number;
  at: Date;
  request_id: string;
  path: string;
  user_agent: string;
  method: string;
};

async function rows(keyId: string): Promise<Row[]> {
  const text = "SELECT * FROM access_log.entries WHERE key_id = $1 ORDER BY at, writer, seq";
  return (await runtime().pool.query<Row>(text, [keyId])).rows;
}

async function withWriter(work: (writer: AccessLogWriter) => Promise<void>): Promise<void> {
  const writer = new AccessLogWriter(runtime().pool, quiet);
  await writer.start();
  try {
    await work(writer);
  } finally {
    await writer.close();
  }
}

/** Numbers of one writer begin at 1 and have no holes, and later ones have later times. */
function expectNoHoles(found: Row[]): void {
  for (const writer of new Set(found.map((row) => row.writer))) {
    const own = found.filter((row) => row.writer === writer);
    expect(own.map(({ seq }) => seq)).toEqual(own.map((_, index) => index + 1));
  }
}

test("each entry of many at once is there when append says so, once, in a sequence without holes", async () => {
  await withWriter(async (writer) => {
    const entries = Array.from({ length: 2500 }, () => entry({ keyId: "key_many" }));
    await Promise.all(
      entries.map(async (one, index) => {
        if (index % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
        await writer.append(one);
      }),
    );
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
    expect(await rows("key_same")).toHaveLength(1000);
  });
});

test("no entry ever appears at or before a frontier that was read", async () => {
  await withWriter(async (first) => {
    await withWriter(async (second) => {
      const { pool } = runtime();
      const frontier = "SELECT min(frontier_at) AS at FROM access_log.writers WHERE closed_at IS NULL";
      const upTo = "SELECT count(*) AS count FROM access_log.entries WHERE at <= (SELECT $1::timestamptz)";
      const seen: { at: string; count: number }[] = [];
      const moved = () => (seen.at(-1)?.count ?? 0) > (seen[0]?.count ?? 0);
      // The process's own idle writer moves its frontier twice a second: go on until that was seen, or nothing was tried.
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

test("an idle writer's frontier moves on, and a writer that left holds nothing back", async () => {
  const { pool } = runtime();
  const now = async () =>
    (await pool.query<{ at: Date }>("SELECT clock_timestamp() AS at")).rows[0]?.at as Date;
  const writer = new AccessLogWriter(pool, quiet);
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

test("a writer that was closed from outside is refused once, then joins anew and loses nothing that it answered", async () => {
  await withWriter(async (writer) => {
    await writer.append(entry({ keyId: "key_closed", requestId: "first" }));
    const [before] = await rows("key_closed");
    await runtime().pool.query("UPDATE access_log.writers SET closed_at = now() WHERE id = $1", [
      before?.writer,
    ]);
    const outcomes = [];
    for (const requestId of ["second", "third", "fourth"]) {
      const done = writer.append(entry({ keyId: "key_closed", requestId }));
      outcomes.push(
        await done.then(
          () => requestId,
          () => null,
        ),
      );
    }
    const answered = ["first", ...outcomes.filter((requestId) => requestId !== null)];
    expect(answered.slice(-2)).toEqual(["third", "fourth"]);
    const found = await rows("key_closed");
    expect(found.map(({ request_id }) => request_id)).toEqual(answered);
    expectNoHoles(found);
    expect(new Set(found.map((row) => row.writer)).size).toBe(2);
    expect(writer.healthy).toBe(true);
  });
});

test("S57 evil text in any field makes one valid record, and does not stop the others of its batch", async () => {
  await withWriter(async (writer) => {
    const evil = "\r\n\u0000\u001b[31m\u202e\ud800";
    await Promise.all([
      writer.append(
        entry({ keyId: "key_evil", path: `/a${evil}`, userAgent: `b${evil}`, method: `G${evil}` }),
      ),
      writer.append(entry({ keyId: "key_evil", path: "/fine", userAgent: `${"x".repeat(600)}` })),
    ]);
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

test("uses are counted by key and hour together with their entries, and the last allowed one is kept", async () => {
  await withWriter(async (writer) => {
    await Promise.all(Array.from({ length: 7 }, () => writer.append(entry({ keyId: "key_counted" }))));
    await Promise.all(
      Array.from({ length: 3 }, () =>
        writer.append(entry({ keyId: "key_counted", outcome: "denied", ip: "198.51.100.1" })),
      ),
    );
    const { pool } = runtime();
    const hourly = await pool.query(
      "SELECT sum(allowed) AS allowed, sum(denied) AS denied FROM access_log.hourly_uses WHERE key_id = 'key_counted'",
    );
    expect(hourly.rows[0]).toEqual({ allowed: "7", denied: "3" });
    const last = await pool.query(
      "SELECT host(ip) AS ip FROM access_log.last_uses WHERE key_id = 'key_counted'",
    );
    expect(last.rows).toEqual([{ ip: "203.0.113.7" }]);
  });
});
