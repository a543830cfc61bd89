import type { ApiKey as ApiKeyView } from "@/lib/contracts/api-keys";
import { runtime } from "../runtime";

export type KeyUses = { lastUse: ApiKeyView["lastUse"]; activity: ApiKeyView["activity"] };

const hours = 24;

/**
 * The last use and the last 24 hours of each key. Reads the summary tables with two index look-ups per key, never the
 * log itself.
 */
export async function findKeyUses(keyIds: string[]): Promise<Map<string, KeyUses>> {
  const { pool } = runtime();
  const { accessLog } = runtime().engine;
  await accessLog.settled();
  const [lastUses, hourlyUses] = await Promise.all([
    pool.query<{ keyId: string; at: Date; ip: string | null; userAgent: string | null }>(
      `SELECT key_id AS "keyId", at, host(ip) AS ip, user_agent AS "userAgent" FROM access_log.last_uses WHERE key_id = ANY($1)`,
      [keyIds],
    ),
    pool.query<{ keyId: string; ago: number; allowed: number; denied: number }>(
      `SELECT key_id AS "keyId", (extract(epoch FROM date_trunc('hour', clock_timestamp(), 'UTC') - hour) / 3600)::int AS ago, allowed, denied
       FROM access_log.hourly_uses WHERE key_id = ANY($1) AND hour > clock_timestamp() - make_interval(hours => $2)`,
      [keyIds, hours],
    ),
  ]);
  const uses = new Map<string, KeyUses>(
    keyIds.map((id) => [
      id,
      { lastUse: null, activity: Array.from({ length: hours }, () => ({ allowed: 0, denied: 0 })) },
    ]),
  );
  for (const row of lastUses.rows) {
    const use = uses.get(row.keyId);
    if (use) use.lastUse = { at: row.at.toISOString(), ip: row.ip, userAgent: row.userAgent };
  }
  for (const row of hourlyUses.rows) {
    const activity = uses.get(row.keyId)?.activity;
    if (activity) activity[hours - 1 - row.ago] = { allowed: row.allowed, denied: row.denied };
  }
  return uses;
}

/** The requests of each key by method, as far as its callers are known. Keys without any are left out. */
export async function findUsedMethods(
  keyIds: string[],
): Promise<Map<string, NonNullable<ApiKeyView["usedMethods"]>>> {
  const { rows } = await runtime().pool.query<{
    keyId: string;
    since: Date;
    requests: { method: string; count: number }[];
  }>(
    `SELECT key_id AS "keyId", min(since) AS since, json_agg(json_build_object('method', method, 'count', count) ORDER BY count DESC, method) AS requests
     FROM (SELECT key_id, method, min(first_at) AS since, sum(allowed + denied) AS count FROM access_log.callers
       WHERE key_id = ANY($1) AND method <> '' GROUP BY key_id, method) AS by_method
     GROUP BY key_id`,
    [keyIds],
  );
  return new Map(rows.map(({ keyId, since, requests }) => [keyId, { since: since.toISOString(), requests }]));
}
