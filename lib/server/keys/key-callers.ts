import type { KeyCaller } from "@/lib/contracts/key-callers";

export type CallerRow = Omit<KeyCaller, "firstAt" | "lastAt"> & { firstAt: Date; lastAt: Date };

/** Columns of a row of access_log.callers, named `c` in the query, that isn't the sum of the others. */
export const callerColumns = `nullif(c.address, '') AS block, nullif(c.client, '') AS client, nullif(c.method, '') AS method,
  nullif(c.route, '') AS route, host(c.last_ip) AS "lastIp", c.first_at AS "firstAt", c.last_at AS "lastAt", c.allowed, c.denied`;

/** The others are summed in a row with this address. */
export const isOthers = "c.address = '*'";

export function keyCaller({ firstAt, lastAt, ...caller }: CallerRow): KeyCaller {
  return { ...caller, firstAt: firstAt.toISOString(), lastAt: lastAt.toISOString() };
}
