import { to as copyTo } from "pg-copy-streams";
import type { ClientBase } from "@/lib/engine/postgres/client";
import { runtime } from "../runtime";
import { type BatchSeal, LogChecker, type LogFacts, type LogFinding } from "./log-checker";
import { lineAt, writtenColumns } from "./sealed-lines";

export type LogReport = { writers: number; entries: number; lost: number; findings: LogFinding[] };

/** Seals of batches by writer and first number, in hexadecimal, from checkpoints. */
export type KnownBatches = LogFacts["known"];

/**
 * Computes the seal of every batch again, while the log streams by. So memory does not grow with the log.
 * @param client In a REPEATABLE READ transaction, with as much time as the log takes.
 * @param sealClient Another one of the same moment. May be the same if there are fewer than `pageSize` seals.
 */
export async function verifyAccessLog(
  client: ClientBase,
  sealClient: ClientBase,
  known: KnownBatches = new Map(),
  pageSize = 5000,
): Promise<LogReport> {
  const checker = new LogChecker(await readFacts(client, known), sealReader(sealClient, pageSize));
  await checker.start();
  const drained = await client.query<{ id: string; seq: number }>(
    "SELECT id, drained_seq AS seq FROM access_log.writers",
  );
  await client.query("SET LOCAL work_mem = '128MB'");
  const lines = client.query(
    copyTo(`COPY (SELECT ${writtenColumns} FROM access_log.entries ORDER BY writer, seq) TO STDOUT`),
  );
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of lines as AsyncIterable<Buffer>)
    rest = await check(checker, rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk);
  await checker.end(new Map(drained.rows.map(({ id, seq }) => [id, seq])));
  const { writers, entries, lost, findings } = checker;
  return { writers, entries, lost, findings };
}

/** Checks the whole lines of the bytes. Lines that follow one another are taken together. @returns The rest. */
async function check(checker: LogChecker, bytes: Buffer): Promise<Buffer> {
  let start = 0;
  let run = { start: 0, count: 0, expected: 0, writer: "", nextSeq: 0 };
  for (let end = bytes.indexOf(10) + 1; end > 0; end = bytes.indexOf(10, start) + 1) {
    const line = lineAt(bytes, start, end);
    if (run.count < run.expected && line.seq === run.nextSeq && line.writer === run.writer) {
      run.count += 1;
      run.nextSeq += 1;
    } else {
      if (run.count > 0) checker.take(bytes.subarray(run.start, start), run.count);
      const isNext =
        checker.isNext(line) || (await checker.reach(line, bytes.toString("latin1", start, start + 27)));
      run = {
        ...{ start, count: isNext ? 1 : 0, expected: isNext ? checker.expected : 0 },
        ...{ writer: line.writer, nextSeq: line.seq + 1 },
      };
    }
    start = end;
  }
  if (run.count > 0) checker.take(bytes.subarray(run.start, start), run.count);
  return bytes.subarray(start);
}

/** Reads seals in pages. The first one is read before anything else. */
function sealReader(client: ClientBase, pageSize: number): () => Promise<BatchSeal | null> {
  let page: BatchSeal[] = [];
  let next = 0;
  let isLast = false;
  return async () => {
    if (next === page.length && !isLast) {
      const after = page.at(-1);
      const { rows } = await client.query<BatchSeal>(
        `SELECT writer::text, first_seq AS "firstSeq", count, columns, first_at AS "firstAt", last_at AS "lastAt", mac
         FROM access_log.seals WHERE $1::uuid IS NULL OR (writer, first_seq) > ($1::uuid, $2::bigint)
         ORDER BY access_log.seals.writer, first_seq LIMIT ${pageSize}`,
        [after?.writer ?? null, after?.firstSeq ?? 0],
      );
      page = rows;
      next = 0;
      isLast = rows.length < pageSize;
    }
    next += 1;
    return page[next - 1] ?? null;
  };
}

async function readFacts(client: ClientBase, known: KnownBatches): Promise<LogFacts> {
  const { chainKeys, env } = runtime();
  if (!chainKeys) throw new Error("ENCRYPTION_KEYS can't decrypt the keys that log entries are sealed with.");
  const written = (time: string) => `to_char(${time} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
  const { rows } = await client.query<Pick<LogFacts, "keptSince" | "sealedSince" | "sealedByAllSince">>(
    `SELECT ${written("(clock_timestamp() - make_interval(days => $1))")} AS "keptSince", ${written("at")} AS "sealedSince",
       ${written("(at + interval '1 hour')")} AS "sealedByAllSince"
     FROM access_log.sealed_since`,
    [env.accessLogRetentionDays],
  );
  const rejected = await client.query<{ place: string; line: Buffer }>(
    "SELECT writer || ':' || seq AS place, line FROM access_log.rejected",
  );
  const earlier = await client.query<{ id: string }>(
    "SELECT id FROM access_log.writers, access_log.sealed_since WHERE joined_at < at",
  );
  const [times] = rows;
  return {
    key: chainKeys.access_log,
    keptSince: times?.keptSince ?? "",
    sealedSince: times?.sealedSince ?? "",
    sealedByAllSince: times?.sealedByAllSince ?? "",
    earlierWriters: new Set(earlier.rows.map(({ id }) => id)),
    rejected: new Map(rejected.rows.map(({ place, line }) => [place, line])),
    known,
  };
}
