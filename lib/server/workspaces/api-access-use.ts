import type { ApiAccessUse } from "@/lib/contracts/workspaces";
import type { MemberActor } from "../actor";
import { whereStatus } from "../keys/key-status";
import { db, runtime } from "../runtime";

/** The active keys and the callers of the last hour: what turning off API access would affect. */
export async function findApiAccessUse({ workspaceId }: MemberActor): Promise<ApiAccessUse> {
  const { pool } = runtime();
  const { accessLog } = runtime().engine;
  await accessLog.settled();
  const [activeKeys, callers] = await Promise.all([
    db().apiKey.count({ where: { AND: [{ workspaceId }, whereStatus(workspaceId, "active", new Date())] } }),
    // The latest 100,000 calls are enough to count a busy workspace's callers, and keep the query fast.
    pool.query<{ callers: number }>(
      `SELECT count(*) AS callers FROM (
         SELECT DISTINCT ip, user_agent FROM (
           SELECT ip, user_agent, outcome, key_id FROM access_log.entries
           WHERE workspace_id = $1 AND at > clock_timestamp() - interval '1 hour' ORDER BY at DESC LIMIT 100000) AS recent
         WHERE outcome = 'allowed' AND key_id IS NOT NULL LIMIT 1000) AS callers`,
      [workspaceId],
    ),
  ]);
  return { activeKeys, callersInLastHour: callers.rows[0]?.callers ?? 0 };
}
