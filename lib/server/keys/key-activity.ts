import type { DenialCode } from "@/lib/contracts/access-logs";
import type { ApiKeyActivity, RefusedRequest } from "@/lib/contracts/api-keys";
import type { MemberActor } from "../actor";
import { db, runtime } from "../runtime";
import { requireVisibleKey } from "./key-access";
import { type CallerRow, callerColumns, callersOf, isOthers, keyCaller, lastWeek } from "./key-callers";

/** A key's recent activity: decisions per hour over seven days, its callers, and its first allowed request. */
export async function getKeyActivity(actor: MemberActor, keyId: string): Promise<ApiKeyActivity> {
  await requireVisibleKey(db(), actor, keyId);
  const { pool } = runtime();
  const { accessLog } = runtime().engine;
  await accessLog.settled();
  const [hours, callers, first] = await Promise.all([
    pool.query<{ start: Date; allowed: number; denied: number }>(
      `SELECT h.start, coalesce(u.allowed, 0) AS allowed, coalesce(u.denied, 0) AS denied
       FROM generate_series(date_trunc('hour', clock_timestamp(), 'UTC') - interval '167 hours', date_trunc('hour', clock_timestamp(), 'UTC'), '1 hour') AS h (start)
       LEFT JOIN access_log.hourly_uses u ON u.key_id = $1 AND u.hour = h.start ORDER BY h.start`,
      [keyId],
    ),
    findCallers(keyId),
    pool.query<{ at: Date; ip: string | null }>(
      `SELECT at, host(ip) AS ip FROM access_log.entries WHERE key_id = $1 AND outcome = 'allowed' ORDER BY at, writer, seq LIMIT 1`,
      [keyId],
    ),
  ]);
  const firstRequest = first.rows[0];
  return {
    hours: hours.rows.map((row) => ({ ...row, start: row.start.toISOString() })),
    ...callers,
    firstRequest: firstRequest ? { at: firstRequest.at.toISOString(), ip: firstRequest.ip } : null,
    refusedRequest: firstRequest ? null : await findRefusedRequest(keyId),
  };
}

/** Reads the roll-up, never the log itself. */
async function findCallers(
  keyId: string,
): Promise<Pick<ApiKeyActivity, "callers" | "otherCallers" | "callersInLastHour">> {
  const { rows } = await runtime().pool.query<CallerRow & { isOthers: boolean; inLastHour: boolean }>(
    `SELECT ${callerColumns}, ${isOthers} AS "isOthers", c.last_at > clock_timestamp() - interval '1 hour' AS "inLastHour"
     FROM ${callersOf("$1")} ${lastWeek} ORDER BY c.last_at DESC`,
    [keyId],
  );
  const single = rows.filter((row) => !row.isOthers);
  const others = rows.find((row) => row.isOthers);
  // A program calls many routes, and is one caller to those who read the number.
  const recent = new Set(
    rows.filter((row) => row.inLastHour && row.allowed > 0).map(({ block, client }) => `${block}\n${client}`),
  );
  return {
    callers: single.map(({ isOthers, inLastHour, ...row }) => keyCaller(row)),
    otherCallers: others
      ? {
          firstAt: others.firstAt.toISOString(),
          lastAt: others.lastAt.toISOString(),
          allowed: others.allowed,
          denied: others.denied,
        }
      : null,
    callersInLastHour: recent.size,
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
