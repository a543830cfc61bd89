import { once } from "node:events";
import { from as copyFrom } from "pg-copy-streams";
import { columnsOf } from "../log/entry-line";
import { type LogClock, type LogStore, type Progress, WatermarkMoved } from "../log/log-store";
import type { Batch } from "../log/spool-segments";
import { tallyOf } from "../log/tally";
import type { Pool, PoolClient, QueryConfig } from "./client";
import { countUses } from "./count-uses";
import { inTransaction } from "./in-transaction";
import { ensurePartitionsOf } from "./log-partitions";

/** How long appending a batch may take. Afterwards its connection is destroyed, and its outcome is read from the database. */
const appendTimeoutMs = 10_000;
const queryTimeoutMs = 2000;

const clockColumns = `extract(epoch FROM clock_timestamp())::float8 * 1000 AS "databaseMs",
  extract(epoch FROM (SELECT max(frontier_at) FROM access_log.writers))::float8 * 1000 AS "frontierMs"`;

/** The access log in PostgreSQL. */
export class PostgresLog implements LogStore {
  constructor(private readonly pool: Pool) {}

  async join(writer: string): Promise<LogClock> {
    await this.ask(
      "INSERT INTO access_log.writers (id, frontier_at) VALUES ($1, clock_timestamp()) ON CONFLICT (id) DO NOTHING",
      [writer],
    );
    const [clock] = await this.ask<LogClock>(`SELECT ${clockColumns}`, []);
    return clock as LogClock;
  }

  async renew(writer: string, appendedSeq: number, frontier: string | null): Promise<LogClock | null> {
    const [clock] = await this.ask<LogClock>(
      `WITH mine AS (
         UPDATE access_log.writers SET renewed_at = clock_timestamp(), closed_at = NULL,
           appended_seq = greatest(appended_seq, $2::bigint), frontier_at = greatest(frontier_at, $3::timestamptz)
         WHERE id = $1 RETURNING 1)
       SELECT ${clockColumns} FROM mine`,
      [writer, appendedSeq, frontier],
    );
    return clock ?? null;
  }

  append(writer: string, batch: Batch, progress: Progress): Promise<void> {
    return appendBatch(this.pool, writer, batch, progress);
  }

  async close(writer: string): Promise<void> {
    await this.ask("UPDATE access_log.writers SET closed_at = clock_timestamp() WHERE id = $1", [writer]);
  }

  private async ask<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    return (await this.pool.query<Row>({ text, values, query_timeout: queryTimeoutMs } as QueryConfig)).rows;
  }
}

/**
 * Copies a batch into the log and counts it, in one transaction that first locks and advances the writer's watermark. So no entry
 * is stored twice, no matter which process drains and where it dies. A line that PostgreSQL rejects is stored in
 * `access_log.rejected` and doesn't block the others.
 * @throws WatermarkMoved when the batch doesn't follow what the log has. After any other error the outcome is unknown.
 */
async function appendBatch(pool: Pool, writer: string, batch: Batch, progress: Progress): Promise<void> {
  await ensurePartitionsOf(pool, batch.lines);
  try {
    await inTransaction(pool, appendTimeoutMs, async (client) => {
      await moveWatermark(client, writer, batch, progress);
      const copy = client.query(copyFrom(`COPY access_log.entries (${columnsOf(batch.lines)}) FROM STDIN`));
      // If the connection is lost later, the stream also emits an error, which would crash the process without a listener.
      copy.on("error", () => {});
      copy.end(batch.lines);
      await once(copy, "finish");
      await countUses(client, progress.tally ?? tallyOf(batch.lines));
    });
  } catch (error) {
    if (!isDataError(error)) throw error;
    if (batch.count === 1) return storeRejectedLine(pool, writer, batch, progress, (error as Error).message);
    const [first, second] = halves(batch);
    const rest = { ...progress, tally: null };
    await appendBatch(pool, writer, first, { ...rest, frontier: null });
    await appendBatch(pool, writer, second, { ...rest, drainedSeq: second.firstSeq - 1 });
  }
}

/** The row lock makes concurrent drainers wait. The comparison tells the later one that the work is already done. */
async function moveWatermark(
  client: PoolClient,
  writer: string,
  batch: Batch,
  { drainedSeq, appendedSeq, frontier }: Progress,
): Promise<void> {
  const { rowCount } = await client.query({
    text: `UPDATE access_log.writers SET drained_seq = $3, appended_seq = greatest(appended_seq, $4::bigint),
       renewed_at = clock_timestamp(), frontier_at = greatest(frontier_at, $5::timestamptz)
     WHERE id = $1 AND drained_seq = $2`,
    values: [
      writer,
      drainedSeq,
      batch.firstSeq + batch.count - 1,
      appendedSeq,
      frontier ?? lastTimestamp(batch),
    ],
  });
  if (rowCount === 1) return;
  const { rows } = await client.query<{ drainedSeq: number }>(
    `SELECT drained_seq AS "drainedSeq" FROM access_log.writers WHERE id = $1`,
    [writer],
  );
  throw new WatermarkMoved(rows[0]?.drainedSeq ?? null);
}

/** The timestamp of the last line. A writer's timestamps increase, so later entries come after it. */
function lastTimestamp({ lines }: Batch): string {
  const start = lines.lastIndexOf(10, lines.length - 2) + 1;
  return lines.toString("latin1", start, lines.indexOf(9, start));
}

/** Whether the data is at fault, not the database: error classes 21 to 23, such as invalid values and violated constraints. */
function isDataError(error: unknown): boolean {
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

async function storeRejectedLine(
  pool: Pool,
  writer: string,
  batch: Batch,
  progress: Progress,
  error: string,
): Promise<void> {
  await inTransaction(pool, appendTimeoutMs, async (client) => {
    await moveWatermark(client, writer, batch, progress);
    await client.query("INSERT INTO access_log.rejected (writer, seq, line, error) VALUES ($1, $2, $3, $4)", [
      writer,
      batch.firstSeq,
      batch.lines,
      error,
    ]);
  });
}
