import { randomUUID } from "node:crypto";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { runtime } from "@/lib/server/runtime";
import {
  entry,
  expectNoHoles,
  filesOf,
  folder,
  quiet,
  rows,
  untilCopied,
  withWriter,
} from "@/tests/database/access-log-writer";
import { useRuntime } from "@/tests/database/runtime";
import { withFileSizeLimit } from "@/tests/processes/file-size-limit";
import { waitUntil } from "@/tests/wait-until";
import { adoptSpools } from "../postgres/adopt-spools";
import { PostgresLog } from "../postgres/log-store";
import { encodeLine } from "./entry-line";
import { cursorAfter, openSegments, readBatch } from "./spool-segments";

useRuntime();

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

test("two concurrent drains of one spool copy each entry once", async () => {
  await withWriter(async (writer) => {
    const { pool } = runtime();
    const waitingFor = `SELECT 1 FROM pg_stat_activity
      WHERE datname = current_database() AND query LIKE 'UPDATE access_log.writers SET drained_seq%' AND wait_event_type = 'Lock'`;
    for (let round = 0; round < 3; round += 1) {
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
        // While its row is locked: otherwise the writer may have copied them already.
        await Promise.all(Array.from({ length: 50 }, () => writer.append(entry({ keyId: "key_rival" }))));
        const adopted = adoptSpools(pool, folder, "", quiet, Buffer.alloc(32, 1));
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

test("a spool of an earlier version, whose lines have fewer columns, is copied and counted", async () => {
  const { pool } = runtime();
  const log = new PostgresLog(pool, Buffer.alloc(32, 1));
  const writer = randomUUID();
  await log.join(writer);
  const progress = { drainedSeq: 0, appendedSeq: 2, frontier: null, tally: null };
  const lines = (first: number, cut: (line: string) => string) =>
    Buffer.from(
      [first, first + 1]
        .map((seq) =>
          cut(
            encodeLine(
              entry({ keyId: "key_upgraded", wouldDeny: "ip_not_allowed" }),
              Date.now() * 1000 + seq,
              writer,
              seq,
            ),
          ),
        )
        .join(""),
    );
  const next = { index: 0, offset: 0 };
  const earlier = lines(1, (line) => line.replace(/(?:\t[^\t]*){3}\n$/, "\n"));
  await log.append(writer, { firstSeq: 1, count: 2, lines: earlier, next }, progress);
  await log.append(
    writer,
    { firstSeq: 3, count: 2, lines: lines(3, (line) => line), next },
    { ...progress, drainedSeq: 2, appendedSeq: 4 },
  );
  const found = (await rows("key_upgraded")) as unknown as { seq: number; would_deny: string | null }[];
  expect(found.map(({ seq, would_deny }) => [seq, would_deny])).toEqual([
    [1, null],
    [2, null],
    [3, "ip_not_allowed"],
    [4, "ip_not_allowed"],
  ]);
  const counted = "SELECT sum(allowed)::int AS allowed FROM access_log.hourly_uses WHERE key_id = $1";
  expect((await pool.query(counted, ["key_upgraded"])).rows).toEqual([{ allowed: 4 }]);
  await log.close(writer);
});
