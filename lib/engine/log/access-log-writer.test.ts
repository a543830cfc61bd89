import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pino from "pino";
import { expect, test } from "vitest";
import { listAccessLog } from "@/lib/server/logs/list-access-log";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { withFileSizeLimit } from "@/tests/processes/file-size-limit";
import { waitUntil } from "@/tests/wait-until";
import { adoptSpools } from "../postgres/adopt-spools";
import { PostgresLog } from "../postgres/log-store";
import { AccessLogWriter } from "./access-log-writer";
import type { NewEntry } from "./entry-line";
import type { SpoolSettings } from "./spool";
import { cursorAfter, openSegments, readBatch } from "./spool-segments";

useRuntime();

const quiet = pino({ level: "silent" });
const folder = mkdtempSync(path.join(tmpdir(), "keyward-spool-"));
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

async function withWriter(
  work: (writer: AccessLogWriter) => Promise<void>,
  settings: Partial<SpoolSettings> = {},
): Promise<void> {
  const spool = { folder, sync: false, required: true, ...settings };
  const writer = new AccessLogWriter(
    new PostgresLog(runtime().pool),
    quiet,
    spool,
    runtime().engine.keyFormats,
  );
  await writer.start();
  try {
    await work(writer);
  } finally {
    await writer.close();
  }
}

/** `settled` resolves after a second at the latest, which is too early on a busy machine. */
async function untilCopied(writer: AccessLogWriter): Promise<void> {
  await writer.settled();
  await waitUntil("all entries are copied", async () => writer.undrained === 0);
}

function filesOf(writer: AccessLogWriter): string[] {
  const spool = path.join(folder, writer.writerId);
  return readdirSync(spool).flatMap((name) => (name.endsWith(".log") ? path.join(spool, name) : []));
}

/** The sequence numbers of a writer start at 1 without gaps, and increase with the timestamps. */
function expectNoHoles(found: Row[]): void {
  for (const writer of new Set(found.map((row) => row.writer))) {
    const own = found.filter((row) => row.writer === writer);
    expect(own.map(({ seq }) => seq)).toEqual(own.map((_, index) => index + 1));
  }
}

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
    new PostgresLog(pool),
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

test("while the database fails, entries stay in the spool, and they are copied afterwards", async () => {
  await withWriter(async (writer) => {
    const { pool } = runtime();
    await pool.query("ALTER TABLE access_log.entries RENAME TO entries_away");
    try {
      for (let times = 0; times < 5; times += 1) await writer.append(entry({ keyId: "key_kept" }));
      await writer.settled();
      expect([writer.undrained, writer.healthy]).toEqual([5, true]);
    } finally {
      await pool.query("ALTER TABLE access_log.entries_away RENAME TO entries");
    }
    await waitUntil("they are copied", async () => writer.undrained === 0);
    expectNoHoles(await rows("key_kept"));
    expect(await rows("key_kept")).toHaveLength(5);
  });
});

test("more entries than memory keeps also wait for the database, and each is copied and counted once", async () => {
  await withWriter(async (writer) => {
    const { pool } = runtime();
    const keyId = "key_long_away";
    const long = { keyId, path: `/${"x".repeat(2000)}` };
    await pool.query("ALTER TABLE access_log.entries RENAME TO entries_away");
    try {
      for (let turn = 0; turn < 20; turn += 1)
        await Promise.all(Array.from({ length: 500 }, () => writer.append(entry(long))));
      await writer.settled();
      expect(writer.undrained).toBe(10_000);
    } finally {
      await pool.query("ALTER TABLE access_log.entries_away RENAME TO entries");
    }
    await waitUntil("they are copied", async () => writer.undrained === 0);
    await writer.append(entry(long));
    await waitUntil("the next one is copied", async () => writer.undrained === 0);
    expectNoHoles(await rows(keyId));
    expect(await rows(keyId)).toHaveLength(10_001);
    const counted = "SELECT sum(allowed)::int AS allowed FROM access_log.hourly_uses WHERE key_id = $1";
    expect((await pool.query(counted, [keyId])).rows).toEqual([{ allowed: 10_001 }]);
  });
});

test("a connection that is killed during copying neither loses nor duplicates an entry", async () => {
  await withWriter(async (writer) => {
    const { pool } = runtime();
    const copying =
      "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY access_log%' AND wait_event_type = 'Lock'";
    const lock = await pool.connect();
    try {
      await lock.query("BEGIN");
      await lock.query("LOCK TABLE access_log.entries IN EXCLUSIVE MODE");
      await writer.append(entry({ keyId: "key_cut" }));
      await waitUntil(
        "it is being copied",
        async () => (await pool.query(`SELECT 1 ${copying}`)).rowCount === 1,
      );
      await pool.query(`SELECT pg_terminate_backend(pid) ${copying}`);
    } finally {
      await lock.query("ROLLBACK");
      lock.release();
    }
    await waitUntil("it is copied", async () => writer.undrained === 0);
    expect(await rows("key_cut")).toHaveLength(1);
  });
});

test("a database that was restored to an earlier state gets what it lacks, and nothing twice", async () => {
  await withWriter(async (writer) => {
    const { pool } = runtime();
    for (let times = 0; times < 6; times += 1) {
      await writer.append(entry({ keyId: "key_back" }));
      await writer.settled();
    }
    await pool.query("DELETE FROM access_log.entries WHERE writer = $1 AND seq > 2", [writer.writerId]);
    await pool.query("UPDATE access_log.writers SET drained_seq = 2 WHERE id = $1", [writer.writerId]);
    await writer.append(entry({ keyId: "key_back" }));
    await writer.settled();
    expect((await rows("key_back")).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    await pool.query("DELETE FROM access_log.entries WHERE writer = $1", [writer.writerId]);
    await pool.query("DELETE FROM access_log.writers WHERE id = $1", [writer.writerId]);
    await writer.append(entry({ keyId: "key_back" }));
    await waitUntil("all is there again", async () => (await rows("key_back")).length === 8);
    expectNoHoles(await rows("key_back"));
  });
});

test("S59 deleting or moving the spool loses no confirmed entry", async () => {
  for (const takeAway of [
    (spool: string) => rmSync(spool, { recursive: true }),
    (spool: string) => renameSync(spool, `${spool}-away`),
  ]) {
    await withWriter(async (writer) => {
      const { pool } = runtime();
      const keyId = `key_${writer.writerId}`;
      await writer.append(entry({ keyId }));
      await writer.settled();
      await pool.query("ALTER TABLE access_log.entries RENAME TO entries_away");
      try {
        await writer.append(entry({ keyId }));
        takeAway(path.join(folder, writer.writerId));
        await writer.append(entry({ keyId }));
        await waitUntil("a new file holds what is not copied", async () => {
          mkdirSync(path.join(folder, writer.writerId), { recursive: true });
          return filesOf(writer).length === 1;
        });
        await writer.append(entry({ keyId }));
      } finally {
        await pool.query("ALTER TABLE access_log.entries_away RENAME TO entries");
      }
      await waitUntil("they are copied", async () => writer.undrained === 0);
      expect((await rows(keyId)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    });
  }
});

test("S59 a short write is repeated in a new file, and if that fails too, none of it counts", async () => {
  await withWriter(async (writer) => {
    const keyId = "key_full";
    const long = "x".repeat(500);
    const append = (path: string) =>
      writer.append(entry({ keyId, path, userAgent: long })).then(
        () => path,
        () => null,
      );
    const answered: (string | null)[] = [];
    // Two entries fit into a file of this size, so each third one needs a new file.
    await withFileSizeLimit(2000, async () => {
      for (let number = 0; number < 8; number += 1) answered.push(await append(`/${number}`));
    });
    expect(answered).not.toContain(null);
    expect(filesOf(writer).length).toBeGreaterThan(2);
    await withFileSizeLimit(300, async () => {
      for (let number = 8; number < 11; number += 1) expect(await append(`/${number}`)).toBeNull();
      expect(writer.healthy).toBe(false);
    });
    answered.push(await append("/11"));
    expect([answered.at(-1), writer.healthy, writer.refused]).toEqual(["/11", true, 3]);
    await untilCopied(writer);
    expect((await rows(keyId)).map((row) => row.path)).toEqual(answered);
    expectNoHoles(await rows(keyId));
    // A later start would find the same on disk.
    const found = [];
    for (const segments = openSegments(path.join(folder, writer.writerId)); ; ) {
      const batch = readBatch(segments, cursorAfter(segments, found.length), found.length);
      if (!batch) break;
      found.push(...batch.lines.toString().trimEnd().split("\n"));
    }
    expect(found.map((line) => line.split("\t")[10])).toEqual(answered);
  });
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

test("two concurrent drains of one spool copy each entry once", async () => {
  await withWriter(async (writer) => {
    const { pool } = runtime();
    const waitingFor = `SELECT 1 FROM pg_stat_activity
      WHERE datname = current_database() AND query LIKE 'UPDATE access_log.writers SET drained_seq%' AND wait_event_type = 'Lock'`;
    for (let round = 0; round < 3; round += 1) {
      const appended = Array.from({ length: 50 }, () => writer.append(entry({ keyId: "key_rival" })));
      const lock = await pool.connect();
      try {
        // Presumed dead although it is alive: that must be harmless. Prevent its heartbeats for that.
        for (let silent = false; !silent; ) {
          await lock.query(
            "UPDATE access_log.writers SET renewed_at = now() - interval '1 hour' WHERE id = $1",
            [writer.writerId],
          );
          await lock.query("BEGIN");
          const { rows: locked } = await lock.query(
            "SELECT renewed_at < now() - interval '1 minute' AS silent FROM access_log.writers WHERE id = $1 FOR UPDATE",
            [writer.writerId],
          );
          silent = locked[0].silent;
          if (!silent) await lock.query("COMMIT");
        }
        await Promise.all(appended);
        const adopted = adoptSpools(pool, folder, "", quiet);
        await waitUntil("both wait for the other", async () => (await pool.query(waitingFor)).rowCount === 2);
        await lock.query("COMMIT");
        await adopted;
      } finally {
        lock.release();
      }
    }
    await waitUntil("all is copied", async () => writer.undrained === 0);
    const found = await rows("key_rival");
    expect(found).toHaveLength(150);
    expectNoHoles(found);
    const hourly = await pool.query(
      "SELECT sum(allowed)::int AS allowed FROM access_log.hourly_uses WHERE key_id = 'key_rival'",
    );
    expect(hourly.rows).toEqual([{ allowed: 150 }]);
  });
});

test("a silent writer holds the watermark back for a minute, and is reported from then on", async () => {
  await withWriter(async (writer) => {
    const { pool } = runtime();
    const { workspace } = await makeWorkspace();
    const list = () => listAccessLog({ workspaceId: workspace.id, ownerId: null, signInsOf: [], limit: 1 });
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
