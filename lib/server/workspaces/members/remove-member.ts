import type { KeyDecisionsInput } from "@/lib/contracts/member-input";
import type { KeyDecisionCounts, RemovedMember } from "@/lib/contracts/members";
import type { MemberActor, SystemActor } from "../../actor";
import { recordAuditEvent } from "../../audit/record-audit-event";
import { pauseForMember } from "../../events/pause-subscription";
import type { Prisma } from "../../generated/prisma/client";
import { db, runtime } from "../../runtime";
import { applyKeyDecisions } from "./apply-key-decisions";
import { lockMembers } from "./lock-members";
import { type MemberWithUser, requireAnotherOwner, requireManageableMember } from "./manageable-member";
import { withdrawUnauthorizedInvitations } from "./withdraw-unauthorized-invitations";

type Transaction = Prisma.TransactionClient;

/**
 * Removes a member from the workspace, or lets a member leave. Each of their keys is revoked or transferred with its
 * secret unchanged, as decided; other members' managing keys that the member created can also be kept. The change is
 * atomic. When this returns, no instance accepts a revoked key, and the workspace is closed to the member's sessions.
 * @throws AppError `not_found`, `insufficient_permissions`; `conflict` for the last owner; `undecided_keys` and
 * `invalid_request` as in applyKeyDecisions.
 */
export async function removeMember(
  actor: MemberActor,
  userId: string,
  decisions: KeyDecisionsInput,
): Promise<RemovedMember> {
  const startedAt = performance.now();
  const done = await db().$transaction(async (transaction) => {
    const now = await lockMembers(transaction, actor);
    const member = await requireManageableMember(transaction, now, userId);
    await requireAnotherOwner(transaction, member);
    return removeMembership(transaction, now, member, decisions);
  });
  return {
    ...done,
    rejectedEverywhere: await runtime().engine.rejections.waitUntilRejectedEverywhere(startedAt),
  };
}

/**
 * Removes the membership, applies the key decisions, and withdraws invitations. The caller's transaction must hold
 * lockWorkspace.
 * @throws AppError `undecided_keys`, `invalid_request`
 */
export async function removeMembership(
  transaction: Transaction,
  actor: MemberActor | SystemActor,
  member: MemberWithUser,
  decisions: KeyDecisionsInput,
): Promise<KeyDecisionCounts> {
  const { workspaceId, userId } = member;
  const counts = await applyKeyDecisions(transaction, actor, member, "left", decisions);
  await transaction.member.delete({ where: { workspaceId_userId: { workspaceId, userId } } });
  await pauseForMember(transaction, member);
  await withdrawInvitations(transaction, member);
  await withdrawUnauthorizedInvitations(transaction, actor, member.user, null);
  await recordAuditEvent(
    transaction,
    actor,
    actor.type === "member" && userId === actor.userId ? "member.left" : "member.removed",
    { type: "member", id: userId, name: member.user.name },
    { role: member.role, ...counts },
  );
  return counts;
}

/** A pending invitation would let the person rejoin. */
async function withdrawInvitations(
  transaction: Transaction,
  { workspaceId, user }: MemberWithUser,
): Promise<void> {
  if (user.email === null) return;
  await transaction.invitation.updateMany({
    where: { workspaceId, email: user.email, acceptedAt: null, withdrawnAt: null },
    data: { withdrawnAt: new Date() },
  });
}
