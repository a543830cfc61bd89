import type { DenialCode } from "@/lib/contracts/access-logs";
import type { ApiKeyActivity, ApiKeyCaller, RefusedRequest } from "@/lib/contracts/api-keys";
import type { MemberActor } from "../actor";
import { findCompleteness } from "../logs/list-access-log";
import { db, runtime } from "../runtime";
import { requireVisibleKey } from "./key-access";

/** A key's recent activity: decisions per hour over seven days, its callers, and its first allowed request. */
export async function getKeyActivity(actor: MemberActor, keyId: string): Promise<ApiKeyActivity> {
  await requireVisibleKey(db(), actor, keyId);
  const { pool } = runtime();
  const { accessLog } = runtime().engine;
  await accessLog.settled();
  // Before the log is read: an entry that arrives later is then later than this.
  const { completeUpTo } = await findCompleteness();
  const [hours, callers, recent, first, last] = await Promise.all([
    pool.query<{ start: Date; allowed: number; denied: number }>(
      `SELECT h.start, coalesce(u.allowed, 0) AS allowed, coalesce(u.denied, 0) AS denied
       FROM generate_series(date_trunc('hour', clock_timestamp(), 'UTC') - interval '167 hours', date_trunc('hour', clock_timestamp(), 'UTC'), '1 hour') AS h (start)
       LEFT JOIN access_log.hourly_uses u ON u.key_id = $1 AND u.hour = h.start ORDER BY h.start`,
      [keyId],
    ),
    // The latest 10,000 calls are enough to list a busy key's callers, and keep the query fast.
    pool.query<{ ip: string | null; userAgent: string | null; calls: number; lastAt: Date }>(
      `SELECT host(ip) AS ip, user_agent AS "userAgent", count(*) AS calls, max(at) AS "lastAt" FROM (
         SELECT ip, user_agent, at FROM access_log.entries
         WHERE key_id = $1 AND outcome = 'allowed' AND at > clock_timestamp() - interval '7 days' ORDER BY at DESC LIMIT 10000) AS recent
       GROUP BY 1, 2 ORDER BY "lastAt" DESC LIMIT 20`,
      [keyId],
    ),
    pool.query<{ callers: number }>(
      `SELECT count(*) AS callers FROM (
         SELECT DISTINCT ip, user_agent FROM access_log.entries
         WHERE key_id = $1 AND outcome = 'allowed' AND at > clock_timestamp() - interval '1 hour' LIMIT 1000) AS callers`,
      [keyId],
    ),
    pool.query<{ at: Date; ip: string | null }>(
      `SELECT at, host(ip) AS ip FROM access_log.entries WHERE key_id = $1 AND outcome = 'allowed' ORDER BY at, writer, seq LIMIT 1`,
      [keyId],
    ),
    pool.query<{ at: Date }>("SELECT at FROM access_log.last_uses WHERE key_id = $1", [keyId]),
  ]);
  const firstRequest = first.rows[0];
  return {
    hours: hours.rows.map((row) => ({ ...row, start: row.start.toISOString() })),
    callers: callers.rows.map((row): ApiKeyCaller => ({ ...row, lastAt: row.lastAt.toISOString() })),
    callersInLastHour: recent.rows[0]?.callers ?? 0,
    firstRequest: firstRequest ? { at: firstRequest.at.toISOString(), ip: firstRequest.ip } : null,
    refusedRequest: firstRequest ? null : await findRefusedRequest(keyId),
    lastRequestAt: last.rows[0]?.at.toISOString() ?? null,
    completeUpTo: completeUpTo.toISOString(),
  };
}

async function findRefusedRequest(keyId: string): Promise<RefusedRequest | null> {
  const { rows } = await runtime().pool.query<{ at: Date; ip: string | null; code: DenialCode }>(
    `SELECT at, host(ip) AS ip, code FROM access_log.entries
     WHERE key_id = $1 AND outcome = 'denied' ORDER BY at DESC, writer DESC, seq DESC LIMIT 1`,
    [keyId],
  );
  const [refused] = rows;
  return refused ? { ...refused, at: refused.at.toISOString() } : null;
}
