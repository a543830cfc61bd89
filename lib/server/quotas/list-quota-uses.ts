import type { Quota } from "@/lib/contracts/quotas";
import { periodAt } from "@/lib/engine/quotas/period";
import { runtime } from "../runtime";

/** A quota with its usage in the current period by the database's clock. */
export type CurrentUse = Quota & { used: number; startsAt: Date; resetsAt: Date; countedSince: Date | null };

/**
 * The quotas of a workspace with their usage: exact for this process, up to a second old for other processes.
 * @param keyIds Also include the quotas of these keys.
 */
export async function listQuotaUses(
  workspaceId: string,
  keyIds: string[],
): Promise<{ quotas: CurrentUse[]; now: Date }> {
  const { pool } = runtime();
  const { quotas } = runtime().engine;
  await quotas.report(workspaceId);
  const { rows } = await pool.query<Quota & { used: number; countedSince: Date | null; now: Date }>(
    `SELECT nullif(q.key_id, '') AS "keyId", q.meter, q.period, q.allowance AS "limit", clock.now,
       coalesce(quotas.used(u.id), 0) AS used, u.counted_since AS "countedSince"
     FROM (SELECT clock_timestamp() AS now) AS clock
     LEFT JOIN quotas.quotas q ON q.workspace_id = $1 AND (q.key_id = '' OR q.key_id = ANY($2))
     LEFT JOIN quotas.usages u ON u.workspace_id = q.workspace_id AND u.key_id = q.key_id AND u.meter = q.meter
       AND u.period = q.period AND u.starts_at = date_trunc(q.period, clock.now, 'UTC')
     ORDER BY q.key_id, q.meter <> 'requests', q.meter`,
    [workspaceId, keyIds],
  );
  const { now } = rows[0] as { now: Date };
  return {
    now,
    quotas: rows
      .filter(({ meter }) => meter !== null)
      .map(({ keyId, meter, period, limit, used, countedSince }) => {
        const { startsMs, endsMs } = periodAt(period, now.getTime());
        return {
          keyId,
          meter,
          period,
          limit,
          used,
          countedSince,
          startsAt: new Date(startsMs),
          resetsAt: new Date(endsMs),
        };
      }),
  };
}
