import type { KeyCaller } from "@/lib/contracts/key-callers";

export type CallerRow = Omit<KeyCaller, "firstAt" | "lastAt"> & { firstAt: Date; lastAt: Date };

/**
 * Columns of a caller `c` of `callersOf` with its counts `n`. A caller is new for a week, unless it came on the first day of the key or
 * of the one that it replaced: then everything would be new.
 */
export const callerColumns = `nullif(c.address, '') AS block, nullif(c.client, '') AS client, nullif(c.method, '') AS method,
  nullif(c.route, '') AS route, host(c.last_ip) AS "lastIp", c.first_at AS "firstAt", c.last_at AS "lastAt", n.allowed, n.denied,
  c.address <> '*' AND c.came_at > now() - interval '7 days' AND c.came_at > c.earliest + interval '1 day' AS "isNew"`;

/** The others are summed in a row with this address. */
export const isOthers = "c.address = '*'";

/**
 * A key's callers, the sum of the others included. `came_at` is when a caller's address block and client were first seen on any route,
 * with this key or the one that it replaced.
 * @param key A placeholder.
 */
export function callersOf(key: string): string {
  return `(SELECT * FROM (
      SELECT *, min(first_at) OVER (PARTITION BY address, client) AS came_at, min(first_at) OVER () AS earliest FROM access_log.callers
      WHERE key_id = ${key} OR key_id = (SELECT id FROM api_keys WHERE rotated_to_id = ${key})
    ) known WHERE key_id = ${key}) c`;
}

/** Their requests in the last seven days, in whole hours as the key's chart shows them. */
export const lastWeek = countedSince("date_trunc('hour', now(), 'UTC') - interval '167 hours'");

/**
 * Their requests since the minute of a moment. Whole hours and days are read as such, because a caller may have thousands of minutes;
 * counts by minute are kept for eight days, and those of the first hour are missing afterwards.
 * @param moment SQL that isn't volatile, or it would read every count of a caller.
 */
export function countedSince(moment: string): string {
  const next = (span: string) =>
    `date_trunc('${span}', ${moment} - interval '1 microsecond', 'UTC') + interval '1 ${span}'`;
  const counts = (span: string, from: string, to?: string) =>
    `SELECT code, count FROM access_log.caller_counts
     WHERE caller = c.id AND span = '${span}' AND start >= ${from} ${to ? `AND start < ${to}` : ""}`;
  return `CROSS JOIN LATERAL (
    SELECT coalesce(sum(count) FILTER (WHERE code = 'valid'), 0)::bigint AS allowed,
      coalesce(sum(count) FILTER (WHERE code <> 'valid'), 0)::bigint AS denied
    FROM (${counts("minute", `date_trunc('minute', ${moment}, 'UTC')`, next("hour"))}
      UNION ALL ${counts("hour", next("hour"), next("day"))}
      UNION ALL ${counts("day", next("day"))}) AS counts) n`;
}

export function keyCaller({ firstAt, lastAt, ...caller }: CallerRow): KeyCaller {
  return { ...caller, firstAt: firstAt.toISOString(), lastAt: lastAt.toISOString() };
}
