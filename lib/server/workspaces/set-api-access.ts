import { AppError } from "@/lib/contracts/app-error";
import type { Actor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import { db, runtime } from "../runtime";

/**
 * Switches API access of a workspace. Off, each of its keys is refused everywhere from the moment this returns.
 * Where API_ACCESS_BY=operator, only the operator may.
 */
export async function setApiAccess(actor: Actor, enabled: boolean): Promise<void> {
  if (actor.type !== "system" && runtime().env.apiAccessBy === "operator") {
    throw new AppError("insufficient_permissions", "Only the operator of this server can switch API access.");
  }
  const changed = await db().$transaction(async (transaction) => {
    // Compare and set: of two switches at once, one changes something and writes the event.
    const { count } = await transaction.workspace.updateMany({
      where: { id: actor.workspaceId, apiAccess: !enabled },
      data: { apiAccess: enabled },
    });
    const workspace = await transaction.workspace.findUnique({ where: { id: actor.workspaceId } });
    if (!workspace) throw new AppError("not_found");
    if (count === 0) return false;
    const action = enabled ? "workspace.api_access_enabled" : "workspace.api_access_disabled";
    await recordAuditEvent(transaction, actor, action, {
      type: "workspace",
      id: workspace.id,
      name: workspace.name,
    });
    return true;
  });
  const { rejections } = runtime().engine;
  await (enabled
    ? rejections.waitBriefly()
    : rejections.waitUntilRejectedEverywhere(performance.now(), changed));
}
