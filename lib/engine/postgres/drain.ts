import { once } from "node:events";
import { from as copyFrom } from "pg-copy-streams";
import { entryColumns } from "../log/entry-line";
import type { Batch } from "../log/spool-segments";
import { type Tally, tallyOf } from "../log/tally";
import type { Pool, PoolClient } from "./client";
import { countUses } from "./count-uses";
import { inTransaction } from "./in-transaction";
import { ensurePartitionsOf } from "./log-partitions";

/** Longest one batch may take before its connection is given up and its outcome is asked for anew. */
const timeoutMilliseconds = 10_000;

/** Where a writer stands when a batch of it is copied. */
export type Progress = {
  /** The number up to which the log is thought to have its entries. */
  drainedSeq: number;
  appendedSeq: number;
  /** No entry after the batch will be at or before this moment; null where the batch is not the last. */
  floor: string | null;
  /** What the batch counts for, where memory still has it; else it is read from the lines. */
  tally: Tally | null;
};

/** The log has a writer's entries up to another number than thought; nothing was copied. `drainedSeq` null: it knows no such writer. */
export class WatermarkMoved extends Error {
  constructor(readonly drainedSeq: number | null) {
    super(`the log has this writer's entries up to ${drainedSeq ?? "nothing"}`);
  }
}

/**
 * Copies a batch into the log and counts it, in one transaction with the writer's watermark, which is locked first: whoever
 * drains, and wherever it dies, no entry is there twice. A line that PostgreSQL refuses is put aside and stops nothing.
 * @throws WatermarkMoved where the batch does not follow what the log has; any other error leaves the outcome unknown.
 */
export async function drainBatch(
  pool: Pool,
  writer: string,
  batch: Batch,
  progress: Progress,
): Promise<void> {
  await ensurePartitionsOf(pool, batch.lines);
  try {
    await inTransaction(pool, timeoutMilliseconds, async (client) => {
      await moveWatermark(client, writer, batch, progress);
      const copy = client.query(copyFrom(`COPY access_log.entries (${entryColumns}) FROM STDIN`));
      // A connection lost later on would tell it here too, to nobody, which would end the process.
      copy.on("error", () => {});
      copy.end(batch.lines);
      await once(copy, "finish");
      await countUses(client, progress.tally ?? tallyOf(batch.lines));
    });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (batch.count === 1) return putAside(pool, writer, batch, progress, (error as Error).message);
    const [first, second] = halves(batch);
    const rest = { ...progress, tally: null };
    await drainBatch(pool, writer, first, { ...rest, floor: null });
    await drainBatch(pool, writer, second, { ...rest, drainedSeq: second.firstSeq - 1 });
  }
}

/** The row's lock makes rival drainers wait; the comparison makes the later one see that the work is done. */
async function moveWatermark(
  client: PoolClient,
  writer: string,
  batch: Batch,
  { drainedSeq, appendedSeq, floor }: Progress,
): Promise<void> {
  const { rowCount } = await client.query({
    text: `UPDATE access_log.writers SET drained_seq = $3, appended_seq = greatest(appended_seq, $4::bigint),
       renewed_at = clock_timestamp(), frontier_at = greatest(frontier_at, $5::timestamptz)
     WHERE id = $1 AND drained_seq = $2`,
    values: [writer, drainedSeq, batch.firstSeq + batch.count - 1, appendedSeq, floor ?? lastMoment(batch)],
  });
  if (rowCount === 1) return;
  const { rows } = await client.query<{ drainedSeq: number }>(
    `SELECT drained_seq AS "drainedSeq" FROM access_log.writers WHERE id = $1`,
    [writer],
  );
  throw new WatermarkMoved(rows[0]?.drainedSeq ?? null);
}

/** Times of a writer only rise, so nothing that is not copied yet is at or before the last that is. */
function lastMoment({ lines }: Batch): string {
  const start = lines.lastIndexOf(10, lines.length - 2) + 1;
  return lines.toString("latin1", start, lines.indexOf(9, start));
}

/** Bad data, a broken rule of a table: the batch, not the database, is at fault. */
function isRefusal(error: unknown): boolean {
  return /^2[1-3]/.test(String((error as { code?: unknown }).code));
}

function halves(batch: Batch): [Batch, Batch] {
  const first = Math.floor(batch.count / 2);
  let cut = 0;
  for (let line = 0; line < first; line += 1) cut = batch.lines.indexOf(10, cut) + 1;
  return [
    { ...batch, count: first, lines: batch.lines.subarray(0, cut) },
    {
      ...batch,
      firstSeq: batch.firstSeq + first,
      count: batch.count - first,
      lines: batch.lines.subarray(cut),
    },
  ];
}

async function putAside(
  pool: Pool,
  writer: string,
  batch: Batch,
  progress: Progress,
  error: string,
): Promise<void> {
  await inTransaction(pool, timeoutMilliseconds, async (client) => {
    await moveWatermark(client, writer, batch, progress);
    await client.query("INSERT INTO access_log.rejected (writer, seq, line, error) VALUES ($1, $2, $3, $4)", [
      writer,
      batch.firstSeq,
      batch.lines,
      error,
    ]);
  });
}
