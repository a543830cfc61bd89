import { DatabaseError, type Pool } from "./client";
import { inTransaction } from "./in-transaction";

const daysAhead = 7;
/** Moving a busy day's rows out of the default partition takes longer than any other statement. */
const timeoutMs = 10 * 60_000;

/**
 * Creates the log's partitions for the coming days, and for days that have rows in the default partition, and moves those rows.
 * A day that fails doesn't stop the others.
 * @throws the first failure, after every day was tried.
 */
export async function ensurePartitions(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ day: string }>(
    "SELECT day::text FROM access_log.missing_partitions($1) AS day",
    [daysAhead],
  );
  const failures: unknown[] = [];
  for (const { day } of rows)
    await ensurePartition(pool, day).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

const asked = new WeakMap<Pool, Set<string>>();

/**
 * Creates the partitions that these lines need, once per process and day. If PostgreSQL refuses, the lines go into the default
 * partition, and `ensurePartitions` moves them later.
 * @param lines In the order of their times.
 * @throws when the database doesn't answer.
 */
export async function ensurePartitionsOf(pool: Pool, lines: Buffer): Promise<void> {
  const days = asked.get(pool) ?? new Set();
  asked.set(pool, days);
  for (const day of new Set([dayAt(lines, 0), dayAt(lines, lines.lastIndexOf(10, lines.length - 2) + 1)])) {
    if (days.has(day)) continue;
    await ensurePartition(pool, day).catch((error: unknown) => {
      if (!isRefusal(error)) throw error;
    });
    days.add(day);
  }
}

/** True for a refused statement; false for a lost connection or a server that is stopping or starting. */
function isRefusal(error: unknown): boolean {
  return error instanceof DatabaseError && !/^(08|57P)/.test(error.code ?? "");
}

function dayAt(lines: Buffer, start: number): string {
  return lines.toString("latin1", start, start + "2026-01-01".length);
}

function ensurePartition(pool: Pool, day: string): Promise<void> {
  return inTransaction(pool, timeoutMs, async (client) => {
    await client.query(`SET LOCAL statement_timeout = ${timeoutMs}`);
    await client.query({
      text: "SELECT access_log.ensure_partition($1::date)",
      values: [day],
      query_timeout: timeoutMs,
    } as never);
  });
}
