import type { KeyCaller } from "@/lib/contracts/key-callers";

export type CallerRow = Omit<KeyCaller, "firstAt" | "lastAt"> & { firstAt: Date; lastAt: Date };

/**
 * Columns of a caller `c` of `callersOf` with its counts `n`. A caller is new for a week, unless it came on the first day of the key or
 * of the one that it replaced: then everything would be new.
 */
export const callerColumns = `nullif(c.address, '') AS block, nullif(c.client, '') AS client, nullif(c.method, '') AS method,
  nullif(c.route, '') AS route, host(c.last_ip) AS "lastIp", c.first_at AS "firstAt", c.last_at AS "lastAt", n.allowed, n.denied,
  c.address <> '*' AND c.came_at > clock_timestamp() - interval '7 days' AND c.came_at > c.earliest + interval '1 day' AS "isNew"`;

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
export const lastWeek = counted(
  "span = 'hour' AND start >= date_trunc('hour', clock_timestamp(), 'UTC') - interval '167 hours'",
);

/**
 * Their requests since the minute of a moment. Counts by minute are kept for eight days: afterwards those of its hour are missing.
 * @param moment A placeholder.
 */
export function countedSince(moment: string): string {
  const nextHour = `date_trunc('hour', ${moment}::timestamptz, 'UTC') + interval '1 hour'`;
  return counted(`(span = 'hour' AND start >= ${nextHour}
    OR span = 'minute' AND start >= date_trunc('minute', ${moment}::timestamptz) AND start < ${nextHour})`);
}

function counted(when: string): string {
  return `CROSS JOIN LATERAL (
    SELECT coalesce(sum(count) FILTER (WHERE code = 'valid'), 0)::bigint AS allowed,
      coalesce(sum(count) FILTER (WHERE code <> 'valid'), 0)::bigint AS denied
    FROM access_log.caller_counts WHERE caller = c.id AND ${when}) n`;
}

export function keyCaller({ firstAt, lastAt, ...caller }: CallerRow): KeyCaller {
  return { ...caller, firstAt: firstAt.toISOString(), lastAt: lastAt.toISOString() };
}
