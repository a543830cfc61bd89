import { isIP } from "node:net";
import type { LogCode } from "@/lib/contracts/access-logs";
import { cleanText } from "@/lib/engine/log/clean-text";
import { runtime } from "../runtime";

type Refusal = {
  /** Null if no account has this email. */
  userId: string | null;
  code: LogCode;
  status: number;
  requestId: string;
  ip: string | null;
  userAgent: string | null;
};

/**
 * Counts a failed sign-in. All failures of one account from one address block within 15 minutes share a row, so that
 * an attacker can't flood a workspace's log by guessing passwords.
 */
export async function countRefusedSignIn(refusal: Refusal): Promise<void> {
  const { userId, code, status, ip } = refusal;
  const { pool } = runtime();
  const { keyFormats } = runtime().engine;
  const text = (value: string, length: number) => cleanText(keyFormats.mask(value), length);
  await pool.query(
    `INSERT INTO access_log.refused_sign_ins AS counted
       (user_id, block, window_at, first_at, last_at, codes, status, request_id, ip, user_agent)
     SELECT $1, coalesce(network(set_masklen($2::inet, CASE family($2::inet) WHEN 4 THEN 24 ELSE 64 END)), '0.0.0.0/0'),
       date_bin('15 minutes', now, '2000-01-01T00:00:00Z'), now, now, ARRAY[$3::text], $4, $5, $2::inet, $6
     FROM (SELECT clock_timestamp() AS now) AS clock
     ON CONFLICT (user_id, block, window_at) DO UPDATE SET attempts = counted.attempts + 1,
       last_at = greatest(counted.last_at, excluded.last_at),
       codes = array_append(array_remove(counted.codes, $3::text), $3::text),
       status = excluded.status, request_id = excluded.request_id, ip = excluded.ip, user_agent = excluded.user_agent`,
    [
      userId ?? "",
      ip !== null && isIP(ip) ? ip : null,
      code,
      status,
      text(refusal.requestId, 64),
      refusal.userAgent === null ? null : text(refusal.userAgent, 512),
    ],
  );
}

/** Deletes failed sign-ins that are older than the log's retention. */
export async function deleteOldRefusedSignIns(): Promise<void> {
  const { pool, env } = runtime();
  await pool.query(
    "DELETE FROM access_log.refused_sign_ins WHERE first_at < clock_timestamp() - make_interval(days => $1)",
    [env.accessLogRetentionDays],
  );
}
