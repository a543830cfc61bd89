import type { KeyDecisionsInput } from "@/lib/contracts/member-input";
import type { RemovedMember, SettledKeys } from "@/lib/contracts/members";
import type { MemberActor } from "../../actor";
import { recordAuditEvent } from "../../audit/record-audit-event";
import type { Prisma } from "../../generated/prisma/client";
import { db, runtime } from "../../runtime";
import { lockPeople } from "./lock-people";
import { type MemberWithUser, requireAnotherOwner, requireManageableMember } from "./manageable-member";
import { settleKeys } from "./settle-keys";
import { withdrawUnbacked } from "./withdraw-unbacked";

type Transaction = Prisma.TransactionClient;

/**
 * Removes a member from the workspace, or lets a member leave. Each of their keys is transferred, its secret unchanged, or
 * revoked, as decided; each managing key of somebody else that the member made can also be kept. All of it happens or nothing;
 * when this returns, no instance accepts a revoked key or a session of theirs here.
 * @throws AppError `not_found`, `insufficient_permissions`; `conflict` for the last owner; `undecided_keys` and
 * `invalid_request` as settleKeys does.
 */
export async function removeMember(
  actor: MemberActor,
  userId: string,
  decisions: KeyDecisionsInput,
): Promise<RemovedMember> {
  const startedAt = performance.now();
  const done = await db().$transaction(async (transaction) => {
    const now = await lockPeople(transaction, actor);
    const member = await requireManageableMember(transaction, now, userId);
    await requireAnotherOwner(transaction, member);
    return takeOut(transaction, now, member, decisions);
  });
  return {
    ...done,
    rejectedEverywhere: await runtime().engine.rejections.waitUntilRejectedEverywhere(startedAt),
  };
}

/**
 * The leaving itself, in a transaction that holds the workspace's people: membership, keys, invitations, the record of it.
 * @throws AppError `undecided_keys`, `invalid_request`
 */
export async function takeOut(
  transaction: Transaction,
  actor: MemberActor,
  member: MemberWithUser,
  decisions: KeyDecisionsInput,
): Promise<SettledKeys> {
  const { workspaceId, userId } = member;
  const settled = await settleKeys(transaction, actor, member, "left", decisions);
  await transaction.member.delete({ where: { workspaceId_userId: { workspaceId, userId } } });
  await withdrawInvitations(transaction, member);
  await withdrawUnbacked(transaction, actor, member.user, null);
  await recordAuditEvent(
    transaction,
    actor,
    userId === actor.userId ? "member.left" : "member.removed",
    { type: "member", id: userId, name: member.user.name },
    { role: member.role, ...settled },
  );
  return settled;
}

/** An invitation that waits must not be the way back in. */
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
