import type { ApiAccessUse } from "@/lib/contracts/workspaces";
import type { MemberActor } from "../actor";
import { statusSql } from "../keys/key-status";
import { db, runtime } from "../runtime";

/**
 * The active keys and their callers of the last hour: what turning off API access would affect. Callers are counted as on a key's
 * page, from the roll-up: address blocks with one client. Those beyond the first 200 of a key are one.
 */
export async function findApiAccessUse({ workspaceId }: MemberActor): Promise<ApiAccessUse> {
  await runtime().engine.accessLog.settled();
  const [use] = await db().$queryRaw<[ApiAccessUse]>`
    WITH active AS (
      SELECT k.id FROM api_keys k JOIN workspaces w ON w.id = k.workspace_id
        LEFT JOIN members m ON m.workspace_id = k.workspace_id AND m.user_id = k.owner_id
      WHERE k.workspace_id = ${workspaceId} AND ${statusSql(new Date())} = 'active'
    )
    SELECT (SELECT count(*)::int FROM active) AS "activeKeys",
      -- A key's last use was allowed, and a caller's last request may not have been.
      (SELECT count(DISTINCT (c.address, c.client))::int
       FROM active JOIN access_log.last_uses u ON u.key_id = active.id JOIN access_log.callers c ON c.key_id = active.id
       WHERE u.at > clock_timestamp() - interval '1 hour' AND c.last_at > clock_timestamp() - interval '1 hour' AND c.allowed > 0
      ) AS "callersInLastHour"`;
  return use;
}
