import { once } from "node:events";
import { from as copyFrom } from "pg-copy-streams";
import { beginSeal, headerOf, noSeal, writerKey } from "../log/batch-seal";
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
  /** @param sealKey Seals what is appended. Null if this process can't decrypt it: then entries are stored without seals. */
  constructor(
    private readonly pool: Pool,
    private readonly sealKey: Buffer | null,
  ) {}

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

  async append(writer: string, batch: Batch, progress: Progress): Promise<void> {
    const key = this.sealKey && writerKey(this.sealKey, writer);
    return appendBatch({ pool: this.pool, writer, key }, batch, progress);
  }

  async close(writer: string): Promise<void> {
    await this.ask("UPDATE access_log.writers SET closed_at = clock_timestamp() WHERE id = $1", [writer]);
  }

  private async ask<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    return (await this.pool.query<Row>({ text, values, query_timeout: queryTimeoutMs } as QueryConfig)).rows;
  }
}

/** Where a batch goes, with the writer's own key. */
type Destination = { pool: Pool; writer: string; key: Buffer | null };

/**
 * Copies a batch into the log and counts it, in one transaction that first locks and advances the writer's watermark. So no entry
 * is stored twice, no matter which process drains and where it dies. A line that PostgreSQL rejects is stored in
 * `access_log.rejected` and doesn't block the others.
 * @throws WatermarkMoved when the batch doesn't follow what the log has. After any other error the outcome is unknown.
 */
async function appendBatch(to: Destination, batch: Batch, progress: Progress): Promise<void> {
  const { pool, writer } = to;
  await ensurePartitionsOf(pool, batch.lines);
  try {
    await inTransaction(pool, appendTimeoutMs, async (client) => {
      const previous = await moveWatermark(client, writer, batch, progress);
      const copy = client.query(copyFrom(`COPY access_log.entries (${columnsOf(batch.lines)}) FROM STDIN`));
      // If the connection is lost later, the stream also emits an error, which would crash the process without a listener.
      copy.on("error", () => {});
      copy.end(batch.lines);
      await once(copy, "finish");
      await countUses(client, progress.tally ?? tallyOf(batch.lines));
      await storeSeal(client, to, batch, previous);
    });
  } catch (error) {
    if (!isDataError(error)) throw error;
    if (batch.count === 1) return storeRejectedLine(to, batch, progress, (error as Error).message);
    const [first, second] = halves(batch);
    const rest = { ...progress, tally: null };
    await appendBatch(to, first, { ...rest, frontier: null });
    await appendBatch(to, second, { ...rest, drainedSeq: second.firstSeq - 1 });
  }
}

/**
 * The row lock makes concurrent drainers wait. The comparison tells the later one that the work is already done.
 * @returns The writer's last seal.
 */
async function moveWatermark(
  client: PoolClient,
  writer: string,
  batch: Batch,
  { drainedSeq, appendedSeq, frontier }: Progress,
): Promise<Buffer> {
  const { rows: moved } = await client.query<{ mac: Buffer | null }>({
    text: `UPDATE access_log.writers SET drained_seq = $3, appended_seq = greatest(appended_seq, $4::bigint),
       renewed_at = clock_timestamp(), frontier_at = greatest(frontier_at, $5::timestamptz)
     WHERE id = $1 AND drained_seq = $2
     RETURNING (SELECT s.mac FROM access_log.seals s WHERE s.writer = $1 ORDER BY s.first_seq DESC LIMIT 1) AS mac`,
    values: [
      writer,
      drainedSeq,
      batch.firstSeq + batch.count - 1,
      appendedSeq,
      frontier ?? lastTimestamp(batch),
    ],
  });
  if (moved[0]) return moved[0].mac ?? noSeal;
  const { rows } = await client.query<{ drainedSeq: number }>(
    `SELECT drained_seq AS "drainedSeq" FROM access_log.writers WHERE id = $1`,
    [writer],
  );
  throw new WatermarkMoved(rows[0]?.drainedSeq ?? null);
}

/** A seal must never keep entries out of the log: if there is one with this number, verification will say so. */
async function storeSeal(
  client: PoolClient,
  { writer, key }: Destination,
  batch: Batch,
  previous: Buffer,
): Promise<void> {
  if (key === null) return;
  const header = headerOf(batch.firstSeq, batch.count, batch.lines);
  const { firstSeq, count, columns, firstAt, lastAt } = header;
  const mac = beginSeal(key, previous, header).update(batch.lines).digest();
  await client.query(
    `INSERT INTO access_log.seals (writer, first_seq, count, columns, first_at, last_at, mac)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
    [writer, firstSeq, count, columns, firstAt, lastAt, mac],
  );
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
  to: Destination,
  batch: Batch,
  progress: Progress,
  error: string,
): Promise<void> {
  const { pool, writer } = to;
  await inTransaction(pool, appendTimeoutMs, async (client) => {
    const previous = await moveWatermark(client, writer, batch, progress);
    await storeSeal(client, to, batch, previous);
    await client.query("INSERT INTO access_log.rejected (writer, seq, line, error) VALUES ($1, $2, $3, $4)", [
      writer,
      batch.firstSeq,
      batch.lines,
      error,
    ]);
  });
}
