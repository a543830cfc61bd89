import { AppError } from "@/lib/contracts/app-error";
import type { MemberActor } from "../../actor";
import { recordAuditEvent } from "../../audit/record-audit-event";
import { db } from "../../runtime";
import { lockMembers } from "./lock-members";
import { requireManageableMember } from "./manageable-member";

/**
 * Gives a service member another name. People name themselves.
 * @throws AppError `not_found`, `insufficient_permissions`; `conflict` for a person.
 */
export async function renameServiceMember(actor: MemberActor, userId: string, name: string): Promise<void> {
  await db().$transaction(async (transaction) => {
    const now = await lockMembers(transaction, actor);
    const { user } = await requireManageableMember(transaction, now, userId);
    if (user.serviceOf !== now.workspaceId) throw new AppError("conflict", "People choose their own names.");
    if (user.name === name) return;
    await transaction.user.update({ where: { id: userId, serviceOf: now.workspaceId }, data: { name } });
    await recordAuditEvent(
      transaction,
      now,
      "member.renamed",
      { type: "member", id: userId, name },
      { name: { from: user.name, to: name } },
    );
  });
}
