import { AppError } from "@/lib/contracts/app-error";
import type { SetSuspensionInput } from "@/lib/contracts/member-input";
import type { KeyDecisionCounts } from "@/lib/contracts/members";
import type { MemberActor } from "../../actor";
import { recordAuditEvent } from "../../audit/record-audit-event";
import { pauseForMember } from "../../events/pause-subscription";
import { db, runtime } from "../../runtime";
import { applyKeyDecisions, noKeysChanged } from "./apply-key-decisions";
import { lockMembers } from "./lock-members";
import { requireAnotherOwner, requireManageableMember } from "./manageable-member";
import { withdrawUnauthorizedInvitations } from "./withdraw-unauthorized-invitations";

/**
 * Suspends or reinstates a member. While suspended, the member can't open the workspace and their keys answer
 * disabled_key, on every instance from the moment this returns (S44). `decisions` apply to other members' managing
 * keys that they created.
 * @throws AppError `not_found`, `insufficient_permissions`; `conflict` for yourself and for the last owner;
 * `undecided_keys` and `invalid_request` as in applyKeyDecisions.
 */
export async function setSuspension(
  actor: MemberActor,
  userId: string,
  { suspended, ...decisions }: SetSuspensionInput,
): Promise<KeyDecisionCounts> {
  const counts = await db().$transaction(async (transaction) => {
    const now = await lockMembers(transaction, actor);
    const member = await requireManageableMember(transaction, now, userId);
    if (userId === actor.userId) throw new AppError("conflict", "You can't suspend yourself.");
    if (suspended === (member.suspendedAt !== null)) return noKeysChanged;
    if (!suspended && member.user.disabledAt)
      throw new AppError(
        "conflict",
        "The operator of this server disabled this account. Only they can enable it.",
      );
    if (suspended) await requireAnotherOwner(transaction, member);
    const keys = suspended
      ? await applyKeyDecisions(transaction, now, member, "was suspended", decisions)
      : noKeysChanged;
    await transaction.member.update({
      where: { workspaceId_userId: { workspaceId: now.workspaceId, userId } },
      data: { suspendedAt: suspended ? new Date() : null },
    });
    if (suspended) {
      await pauseForMember(transaction, member);
      await withdrawUnauthorizedInvitations(transaction, now, member.user, null);
    }
    await recordAuditEvent(transaction, now, suspended ? "member.suspended" : "member.reinstated", {
      type: "member",
      id: userId,
      name: member.user.name,
    });
    return keys;
  });
  const { rejections } = runtime().engine;
  await (suspended ? rejections.waitUntilRejectedEverywhere() : rejections.waitBriefly());
  return counts;
}
