import { AppError } from "@/lib/contracts/app-error";
import type { ChangeRoleInput } from "@/lib/contracts/member-input";
import type { KeyDecisionCounts } from "@/lib/contracts/members";
import { losesManaging, roleMay } from "@/lib/contracts/permissions";
import type { MemberActor } from "../../actor";
import { recordAuditEvent } from "../../audit/record-audit-event";
import { pauseForMember } from "../../events/pause-subscription";
import { db, runtime } from "../../runtime";
import { applyKeyDecisions, noKeysChanged } from "./apply-key-decisions";
import { lockMembers } from "./lock-members";
import { requireAnotherOwner, requireManageableMember, requireMayManageRole } from "./manageable-member";
import { withdrawUnauthorizedInvitations } from "./withdraw-unauthorized-invitations";

/**
 * Changes a member's role. When this returns, no instance lets their keys do more than the new role allows. If the
 * member can no longer manage keys, `decisions` apply to other members' managing keys that they created.
 * @throws AppError `not_found`, `insufficient_permissions`; `conflict` for the last owner, and for making a service
 * member an owner; `undecided_keys` and `invalid_request` as in applyKeyDecisions.
 */
export async function changeRole(
  actor: MemberActor,
  userId: string,
  { role, ...decisions }: ChangeRoleInput,
): Promise<KeyDecisionCounts> {
  const counts = await db().$transaction(async (transaction) => {
    const now = await lockMembers(transaction, actor);
    if (!roleMay(now.role, "member.manage")) throw new AppError("insufficient_permissions");
    const member = await requireManageableMember(transaction, now, userId);
    requireMayManageRole(now, role);
    if (role === "owner" && member.user.serviceOf)
      throw new AppError("conflict", "A service member can't own the workspace.");
    if (member.role === role) return noKeysChanged;
    await requireAnotherOwner(transaction, member);
    const keys = losesManaging(member.role, role)
      ? await applyKeyDecisions(transaction, now, member, "may no longer manage API keys", decisions)
      : noKeysChanged;
    await transaction.member.update({
      where: { workspaceId_userId: { workspaceId: now.workspaceId, userId } },
      data: { role },
    });
    if (!roleMay(role, "event_subscription.manage")) await pauseForMember(transaction, member);
    await withdrawUnauthorizedInvitations(transaction, now, member.user, role);
    await recordAuditEvent(
      transaction,
      now,
      "member.role_changed",
      { type: "member", id: userId, name: member.user.name },
      { role: { from: member.role, to: role } },
    );
    return keys;
  });
  await runtime().engine.rejections.waitUntilRejectedEverywhere();
  return counts;
}
