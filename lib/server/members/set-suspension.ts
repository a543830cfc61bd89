import type { MemberActor } from "../actor";
import { AppError } from "../app-error";
import { recordAuditEvent } from "../audit/record-audit-event";
import { withdrawUnbacked } from "../invitations/withdraw-unbacked";
import { db, runtime } from "../runtime";
import { lockPeople } from "./lock-people";
import { requireAnotherOwner, requireManageableMember } from "./manageable-member";

/**
 * Suspends a member, or takes that back. While it lasts their keys answer disabled_key and the workspace is closed to them;
 * both hold everywhere from the moment this returns (S44).
 * @throws AppError `not_found`, `insufficient_permissions`; `conflict` for oneself and for the last owner.
 */
export async function setSuspension(actor: MemberActor, userId: string, suspended: boolean): Promise<void> {
  await db().$transaction(async (transaction) => {
    const now = await lockPeople(transaction, actor);
    const member = await requireManageableMember(transaction, now, userId);
    if (userId === actor.userId) throw new AppError("conflict", "You cannot suspend yourself.");
    if (suspended === (member.suspendedAt !== null)) return;
    if (!suspended && member.user.disabledAt)
      throw new AppError(
        "conflict",
        "The operator of this server disabled this account. Only they can enable it.",
      );
    if (suspended) await requireAnotherOwner(transaction, member);
    await transaction.member.update({
      where: { workspaceId_userId: { workspaceId: now.workspaceId, userId } },
      data: { suspendedAt: suspended ? new Date() : null },
    });
    if (suspended) await withdrawUnbacked(transaction, now, member.user, null);
    await recordAuditEvent(transaction, now, suspended ? "member.suspended" : "member.reinstated", {
      type: "member",
      id: userId,
      name: member.user.name,
    });
  });
  const { rejections } = runtime();
  await (suspended ? rejections.everywhere() : rejections.soon());
}
