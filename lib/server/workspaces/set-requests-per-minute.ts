import type { Actor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import { db, runtime } from "../runtime";

/** Sets the limit that the workspace's keys have where they have none of their own. */
export async function setRequestsPerMinute(actor: Actor, requestsPerMinute: number): Promise<void> {
  const changed = await db().$transaction(async (transaction) => {
    const before = await transaction.workspace.findUniqueOrThrow({ where: { id: actor.workspaceId } });
    if (before.requestsPerMinute === requestsPerMinute) return false;
    await transaction.workspace.update({ where: { id: actor.workspaceId }, data: { requestsPerMinute } });
    const changes = { requestsPerMinute: { from: before.requestsPerMinute, to: requestsPerMinute } };
    await recordAuditEvent(
      transaction,
      actor,
      "workspace.updated",
      { type: "workspace", id: before.id, name: before.name },
      changes,
    );
    return true;
  });
  if (changed) await runtime().engine.rejections.waitBriefly();
}
