import { once } from "node:events";
import type { Pool, PoolClient } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { settleSpent } from "../quotas/settle-spent";
import { cleanText } from "./clean-text";
import { type CountedEntry, entryColumns, readCounted } from "./entry-line";
import type { Batch } from "./spool-segments";

/** Longest one batch may take before its connection is given up and its outcome is asked for anew. */
const timeoutMilliseconds = 10_000;

/** Where a writer stands when a batch of it is copied. */
export type Progress = {
  /** The number up to which the log is thought to have its entries. */
  drainedSeq: number;
  appendedSeq: number;
  /** No entry after the batch will be at or before this moment; null where the batch is not the last. */
  floor: string | null;
  /** What each line counts for, where memory still has it; else it is read from the lines. */
  counted: (CountedEntry | null)[] | null;
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
  try {
    await inTransaction(pool, async (client) => {
      await moveWatermark(client, writer, batch, progress);
      const copy = client.query(copyFrom(`COPY access_log.entries (${entryColumns}) FROM STDIN`));
      // A connection lost later on would tell it here too, to nobody, which would end the process.
      copy.on("error", () => {});
      copy.end(batch.lines);
      await once(copy, "finish");
      await countUses(client, progress.counted ?? batch.lines.toString().split("\n").map(readCounted));
    });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (batch.count === 1) return putAside(pool, writer, batch, progress, (error as Error).message);
    const [first, second] = halves(batch);
    const rest = { ...progress, counted: null };
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
  const { rows } = await client.query<{ drainedSeq: number }>(
    `SELECT drained_seq AS "drainedSeq" FROM access_log.writers WHERE id = $1 FOR UPDATE`,
    [writer],
  );
  const actual = rows[0]?.drainedSeq ?? null;
  if (actual !== drainedSeq) throw new WatermarkMoved(actual);
  await client.query(
    `UPDATE access_log.writers SET drained_seq = $2, appended_seq = greatest(appended_seq, $3::bigint), renewed_at = clock_timestamp(),
       frontier_at = greatest(frontier_at, $4::timestamptz) WHERE id = $1`,
    [writer, batch.firstSeq + batch.count - 1, appendedSeq, floor ?? lastMoment(batch)],
  );
}

/** Times of a writer only rise, so nothing that is not copied yet is at or before the last that is. */
function lastMoment({ lines }: Batch): string {
  const start = lines.lastIndexOf(10, lines.length - 2) + 1;
  return lines.toString("latin1", start, lines.indexOf(9, start));
}

/** Last uses and hourly counts stand beside the log, so that no list of keys reads it. Rows are locked in one order: no deadlocks. */
async function countUses(client: PoolClient, entries: (CountedEntry | null)[]): Promise<void> {
  const uses = new Map<
    string,
    { keyId: string; hour: string; workspaceId: string; allowed: number; denied: number }
  >();
  const last = new Map<string, CountedEntry>();
  const spent = new Map<string, number>();
  for (const entry of entries) {
    if (!entry) continue;
    const hour = `${entry.at.slice(0, 13)}:00Z`;
    const id = `${entry.keyId} ${hour}`;
    const use = uses.get(id) ?? {
      keyId: entry.keyId,
      hour,
      workspaceId: entry.workspaceId,
      allowed: 0,
      denied: 0,
    };
    if (entry.allowed) use.allowed += 1;
    else use.denied += 1;
    uses.set(id, use);
    if (entry.allowed) last.set(entry.keyId, entry);
    for (const { block, amount } of entry.spent) spent.set(block, (spent.get(block) ?? 0) + amount);
  }
  if (uses.size === 0) return;
  await client.query({
    name: "count-uses",
    text: countStatement,
    values: [JSON.stringify([...uses.values()]), JSON.stringify([...last.values()].map(asLastUse))],
  });
  await settleSpent(client, spent);
}

/** Text as the log has it: what a client sends may hold what PostgreSQL refuses. */
function asLastUse({ keyId, at, ip, userAgent }: CountedEntry) {
  return { keyId, at, ip, userAgent: cleanText(userAgent, 512) };
}

const countStatement = `
  WITH last_use AS (
    INSERT INTO access_log.last_uses AS l (key_id, at, ip, user_agent)
    SELECT "keyId", at, ip, "userAgent" FROM json_to_recordset($2) AS e ("keyId" text, at timestamptz, ip inet, "userAgent" text)
    WHERE EXISTS (SELECT FROM api_keys k WHERE k.id = "keyId") ORDER BY 1
    ON CONFLICT (key_id) DO UPDATE SET at = excluded.at, ip = excluded.ip, user_agent = excluded.user_agent WHERE l.at < excluded.at
  )
  INSERT INTO access_log.hourly_uses AS h (key_id, hour, workspace_id, allowed, denied)
  SELECT "keyId", hour, "workspaceId", allowed, denied
  FROM json_to_recordset($1) AS u ("keyId" text, hour timestamptz, "workspaceId" text, allowed bigint, denied bigint) ORDER BY 1, 2
  ON CONFLICT (key_id, hour) DO UPDATE SET allowed = h.allowed + excluded.allowed, denied = h.denied + excluded.denied`;

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
  await inTransaction(pool, async (client) => {
    await moveWatermark(client, writer, batch, progress);
    await client.query("INSERT INTO access_log.rejected (writer, seq, line, error) VALUES ($1, $2, $3, $4)", [
      writer,
      batch.firstSeq,
      batch.lines,
      error,
    ]);
  });
}

async function inTransaction(pool: Pool, work: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  let failed = true;
  const ignore = () => {};
  // A connection that is lost tells it twice: to whoever waits, which is enough, and to nobody, which would end the process.
  client.on("error", ignore);
  // A COPY has no time limit of its own. A connection that hangs is cut, and its error ends what waits for it.
  const deadline = setTimeout(() => {
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  }, timeoutMilliseconds);
  try {
    await client.query("BEGIN");
    await work(client);
    await client.query("COMMIT");
    failed = false;
  } finally {
    clearTimeout(deadline);
    if (!failed) client.off("error", ignore);
    // A connection whose transaction failed is not used again: what state it is in need not be known.
    client.release(failed);
  }
}
