import { AppError } from "@/lib/contracts/app-error";
import type { MemberActor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import { db } from "../runtime";
import { hasSecondStep } from "../sessions/has-second-step";

/**
 * Whether the workspace asks every member for a second step. Who switches it on must have one: they would lock themselves out
 * with everybody else.
 */
export async function setRequireTwoStep(actor: MemberActor, required: boolean): Promise<void> {
  await db().$transaction(async (transaction) => {
    if (required && !(await hasSecondStep(actor.userId, transaction)))
      throw new AppError(
        "conflict",
        "Set up two-step verification for yourself first, on your Security page.",
      );
    // Compare and set: of two switches at once, one changes something and writes the event.
    const { count } = await transaction.workspace.updateMany({
      where: { id: actor.workspaceId, requireTwoStep: !required },
      data: { requireTwoStep: required },
    });
    const workspace = await transaction.workspace.findUnique({ where: { id: actor.workspaceId } });
    if (!workspace) throw new AppError("not_found");
    if (count === 0) return;
    const action = required ? "workspace.two_step_required" : "workspace.two_step_optional";
    const { id, name } = workspace;
    await recordAuditEvent(transaction, actor, action, { type: "workspace", id, name });
  });
}
