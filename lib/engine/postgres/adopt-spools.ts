import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import type { Logger } from "pino";
import { WatermarkMoved } from "../log/log-store";
import { isOwnerGone, startedAt } from "../log/spool-owner";
import { closeSegments, cursorAfter, openSegments, readBatch } from "../log/spool-segments";
import type { Pool } from "./client";
import { PostgresLog } from "./log-store";

/** A writer without a heartbeat for this long is presumed dead. A wrong guess is harmless, because appending is idempotent. */
const silentSeconds = 15;
/** Copied spools are kept as long as the copied segments of live writers. */
const keptMs = 10 * 60_000;

/**
 * Copies the spools that dead writers left on this disk, and closes those writers.
 * @param own The folder name of our own spool.
 * @param isNeeded Whether a spool has to stay although all of it is copied.
 */
export async function adoptSpools(
  pool: Pool,
  folder: string,
  own: string,
  log: Logger,
  sealKey: Buffer | null,
  isNeeded: (spool: string) => boolean = () => false,
): Promise<void> {
  for (const writer of otherWriters(folder, own)) {
    const spool = path.join(folder, writer);
    try {
      if (!isOwnerGone(spool) && !(await isSilent(pool, writer))) continue;
      const entries = await drainSpool(pool, writer, spool, sealKey);
      if (entries > 0) log.info({ writer, entries }, "copied the log entries of a dead writer");
      await pool.query(
        "UPDATE access_log.writers SET closed_at = clock_timestamp() WHERE id = $1 AND closed_at IS NULL",
        [writer],
      );
      if (Date.now() - lastWrite(spool) > keptMs && !isNeeded(spool))
        rmSync(spool, { recursive: true, force: true });
    } catch (error) {
      log.warn(
        { writer, error: (error as Error).message },
        "copying the log entries of a dead writer failed and is tried again; if that repeats, look for the cause in the error, and keep its folder in DATA_DIR/spool",
      );
    }
  }
}

/**
 * The spools on this disk whose writers are presumed dead, the oldest first. Without the database, those whose process is certainly
 * gone.
 */
export async function findDeadSpools(pool: Pool, folder: string, own: string): Promise<string[]> {
  const dead: string[] = [];
  for (const writer of otherWriters(folder, own)) {
    const spool = path.join(folder, writer);
    if (isOwnerGone(spool) || (await isSilent(pool, writer).catch(() => false))) dead.push(spool);
  }
  return dead.sort((a, b) => startedAt(a) - startedAt(b));
}

function otherWriters(folder: string, own: string): string[] {
  if (!existsSync(folder)) return [];
  const isWriter = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
  return readdirSync(folder).filter((name) => name !== own && isWriter.test(name));
}

async function isSilent(pool: Pool, writer: string): Promise<boolean> {
  const { rows } = await pool.query<{ silent: boolean }>(
    `SELECT closed_at IS NOT NULL OR renewed_at < clock_timestamp() - make_interval(secs => $2) AS silent
     FROM access_log.writers WHERE id = $1`,
    [writer, silentSeconds],
  );
  return rows[0]?.silent ?? false;
}

async function drainSpool(
  pool: Pool,
  writer: string,
  spool: string,
  sealKey: Buffer | null,
): Promise<number> {
  const segments = openSegments(spool);
  const log = new PostgresLog(pool, sealKey);
  try {
    let drainedSeq = await registerWriter(pool, writer);
    let cursor = cursorAfter(segments, drainedSeq);
    let copied = 0;
    for (
      let batch = readBatch(segments, cursor, drainedSeq);
      batch;
      batch = readBatch(segments, cursor, drainedSeq)
    ) {
      const last = batch.firstSeq + batch.count - 1;
      try {
        await log.append(writer, batch, {
          drainedSeq,
          appendedSeq: last,
          frontier: null,
          tally: null,
        });
        drainedSeq = last;
        cursor = batch.next;
        copied += batch.count;
      } catch (error) {
        if (!(error instanceof WatermarkMoved) || error.drainedSeq === null) throw error;
        // Another process is copying the same spool.
        drainedSeq = error.drainedSeq;
      }
    }
    return copied;
  } finally {
    closeSegments(segments);
  }
}

/** Registers the writer in case the database was restored to a state before it. @returns The writer's watermark. */
async function registerWriter(pool: Pool, writer: string): Promise<number> {
  await pool.query(
    "INSERT INTO access_log.writers (id, frontier_at) VALUES ($1, clock_timestamp()) ON CONFLICT (id) DO NOTHING",
    [writer],
  );
  const { rows } = await pool.query<{ drainedSeq: number }>(
    `SELECT drained_seq AS "drainedSeq" FROM access_log.writers WHERE id = $1`,
    [writer],
  );
  return (rows[0] as { drainedSeq: number }).drainedSeq;
}

function lastWrite(spool: string): number {
  return Math.max(...readdirSync(spool).map((name) => statSync(path.join(spool, name)).mtimeMs), 0);
}
