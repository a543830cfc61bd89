import type { RemoveMemberInput } from "@/lib/contracts/member-input";
import type { RemovedMember } from "@/lib/contracts/members";
import type { MemberActor } from "../actor";
import { lockNewKeys } from "../api-keys/require-room-for-key";
import { recordAuditEvent } from "../audit/record-audit-event";
import type { Prisma } from "../generated/prisma/client";
import { withdrawUnbacked } from "../invitations/withdraw-unbacked";
import { db, runtime } from "../runtime";
import { findNewOwners, type KeyCounts, settleKeys } from "./leaver-keys";
import { lockPeople } from "./lock-people";
import { type MemberWithUser, requireAnotherOwner, requireManageableMember } from "./manageable-member";

type Transaction = Prisma.TransactionClient;

/**
 * Removes a member from the workspace, or lets a member leave. Each of their keys is transferred as asked, its secret unchanged,
 * or revoked; so is each managing key of somebody else that the member made, unless it is explicitly left where it is. All of it
 * happens or nothing; when this returns, no instance accepts a revoked key or a session of theirs here.
 * @throws AppError `not_found`, `insufficient_permissions`; `conflict` for the last owner; `invalid_request` for a transfer of a
 * key that is not up for decision, or to a member who may not own keys.
 */
export async function removeMember(
  actor: MemberActor,
  userId: string,
  { transfers }: RemoveMemberInput,
): Promise<RemovedMember> {
  const startedAt = performance.now();
  const done = await db().$transaction(async (transaction) => {
    const now = await lockPeople(transaction, actor);
    const member = await requireManageableMember(transaction, now, userId);
    await requireAnotherOwner(transaction, member);
    return takeOut(transaction, now, member, transfers);
  });
  return { ...done, rejectedEverywhere: await runtime().rejections.everywhere(startedAt) };
}

/**
 * The leaving itself, in a transaction that holds the workspace's people: membership, keys, invitations, the record of it.
 * @throws AppError `invalid_request` as removeMember does.
 */
export async function takeOut(
  transaction: Transaction,
  actor: MemberActor,
  member: MemberWithUser,
  transfers: RemoveMemberInput["transfers"],
): Promise<KeyCounts> {
  const { workspaceId, userId } = member;
  await lockNewKeys(transaction, workspaceId);
  // Before the keys are read: a key that is being made for the member waits for this row, and then finds it deleted.
  const newOwners = await findNewOwners(transaction, member, transfers);
  await transaction.member.delete({ where: { workspaceId_userId: { workspaceId, userId } } });
  const counts = await settleKeys(transaction, actor, member, newOwners);
  await withdrawInvitations(transaction, member);
  await withdrawUnbacked(transaction, actor, member.user, null);
  await recordAuditEvent(
    transaction,
    actor,
    userId === actor.userId ? "member.left" : "member.removed",
    { type: "member", id: userId, name: member.user.name },
    { role: member.role, ...counts },
  );
  return counts;
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
