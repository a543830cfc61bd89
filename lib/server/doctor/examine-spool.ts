import { readdirSync } from "node:fs";
import path from "node:path";
import { isOwnerGone } from "@/lib/engine/log/spool-owner";
import {
  bytesAfter,
  closeSegments,
  cursorAfter,
  openSegments,
  readBatch,
} from "@/lib/engine/log/spool-segments";
import { parseTimestamp } from "@/lib/engine/log/timestamp";
import type { Pool } from "@/lib/engine/postgres/client";
import { type Finding, note, ok, problem, warning } from "./finding";

export type WaitingSpool = {
  writer: string;
  /** How long its oldest entry that isn't in the database has waited. */
  oldestSeconds: number;
  bytes: number;
  /** Whether its process has certainly ended. */
  isOwnerGone: boolean;
};

export type SilentWriter = { writer: string; entries: number; silentSeconds: number };

/** Compares the spools on this disk with what the database has of them. Changes nothing. */
export async function examineSpool(pool: Pool, dataDir: string): Promise<Finding[]> {
  const folder = path.join(dataDir, "spool");
  const writers = writersIn(folder);
  const { drained, databaseMs } = await readWatermarks(pool, writers);
  const waiting = writers.flatMap((writer) => {
    return findWaiting(path.join(folder, writer), writer, drained.get(writer) ?? 0, databaseMs) ?? [];
  });
  const silent = await findSilentWriters(pool);
  return [
    ...judgeSpools(waiting),
    // What is on this disk is judged above.
    ...judgeSilentWriters(silent.filter(({ writer }) => !writers.includes(writer))),
  ];
}

function writersIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

async function readWatermarks(pool: Pool, writers: string[]) {
  const { rows } = await pool.query<{ id: string; seq: number }>(
    "SELECT id::text, drained_seq AS seq FROM access_log.writers WHERE id = ANY ($1::uuid[])",
    [writers],
  );
  // Afterwards, so that no entry is from the future.
  const clock = await pool.query<{ ms: number }>(
    "SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms",
  );
  return { drained: new Map(rows.map(({ id, seq }) => [id, seq])), databaseMs: clock.rows[0]?.ms ?? 0 };
}

/** Null if nothing waits, or the server removed the files in the meantime because all of it was copied. */
function findWaiting(
  spool: string,
  writer: string,
  drainedSeq: number,
  databaseMs: number,
): WaitingSpool | null {
  let segments: ReturnType<typeof openSegments>;
  try {
    segments = openSegments(spool);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  try {
    const cursor = cursorAfter(segments, drainedSeq);
    const batch = readBatch(segments, cursor, drainedSeq, 4096);
    if (!batch) return null;
    const at = parseTimestamp(batch.lines.toString("latin1", 0, batch.lines.indexOf(9))) / 1000;
    return {
      writer,
      oldestSeconds: Math.max(0, (databaseMs - at) / 1000),
      bytes: bytesAfter(segments, cursor),
      isOwnerGone: isOwnerGone(spool),
    };
  } finally {
    closeSegments(segments);
  }
}

/** Processes usually copy four times a second. */
const late = { warningSeconds: 60, problemSeconds: 600 };

export function judgeSpools(waiting: readonly WaitingSpool[]): Finding[] {
  const isLate = ({ oldestSeconds }: WaitingSpool) => oldestSeconds >= late.warningSeconds;
  const lateOnes = waiting.filter(isLate);
  if (lateOnes.length === 0)
    return [ok("spool.undrained", "No entry of the access log waits on this disk for long.")];
  return lateOnes.map(({ writer, oldestSeconds, bytes, isOwnerGone }) => {
    const what = `The oldest entry of the spool ${writer} has waited for ${duration(oldestSeconds)} (${bytes.toLocaleString("en-US")} bytes)`;
    if (isOwnerGone)
      return warning(
        "spool.undrained",
        `${what}; its process has ended.`,
        "Start a server with this DATA_DIR: it copies what is left.",
      );
    const make = oldestSeconds >= late.problemSeconds ? problem : warning;
    return make("spool.undrained", `${what}.`);
  });
}

async function findSilentWriters(pool: Pool): Promise<SilentWriter[]> {
  const { rows } = await pool.query<SilentWriter>(
    `SELECT id::text AS writer, appended_seq - drained_seq AS entries,
       extract(epoch FROM clock_timestamp() - renewed_at)::float8 AS "silentSeconds"
     FROM access_log.writers WHERE closed_at IS NULL AND renewed_at < clock_timestamp() - interval '60 seconds'
     ORDER BY renewed_at LIMIT 20`,
  );
  return rows;
}

export function judgeSilentWriters(silent: readonly SilentWriter[]): Finding[] {
  if (silent.length === 0)
    return [ok("log.writers", "Every process that writes the access log has reported lately.")];
  return silent.map(({ writer, entries, silentSeconds }) => {
    const who = `The process that writes as ${writer} has been silent for ${duration(silentSeconds)}`;
    return entries > 0
      ? warning("log.writers", `${who}; at least ${entries} of its entries are only on its disk.`)
      : note("log.writers", `${who}. Entries that it hadn't reported can be on its disk.`);
  });
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} seconds`;
  if (seconds < 2 * 3600) return `${Math.round(seconds / 60)} minutes`;
  return `${Math.round(seconds / 3600)} hours`;
}
