import type { RemoveMemberInput } from "@/lib/contracts/member-input";
import type { RemovedMember } from "@/lib/contracts/members";
import { roleMay } from "@/lib/contracts/permissions";
import type { MemberActor } from "../actor";
import { invalidField } from "../app-error";
import { recordAuditEvent } from "../audit/record-audit-event";
import type { ApiKey, Prisma } from "../generated/prisma/client";
import { withdrawUnbacked } from "../invitations/withdraw-unbacked";
import { db, runtime } from "../runtime";
import { lockPeople } from "./lock-people";
import { type MemberWithUser, requireAnotherOwner, requireManageableMember } from "./manageable-member";

type Transaction = Prisma.TransactionClient;

/**
 * Takes a member out of the workspace, or lets oneself out. Each of their keys is transferred as asked, its secret unchanged,
 * or revoked. All of it happens or nothing; when this returns, no instance accepts a revoked key or a session of theirs here.
 * @throws AppError `not_found`, `insufficient_permissions`; `conflict` for the last owner; `invalid_request` for a transfer
 * of what is not theirs, or to who cannot have it.
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
 * @throws AppError `invalid_request` for a transfer of what is not theirs, or to who cannot have it.
 */
export async function takeOut(
  transaction: Transaction,
  actor: MemberActor,
  member: MemberWithUser,
  transfers: RemoveMemberInput["transfers"],
): Promise<{ revoked: number; transferred: number }> {
  const { workspaceId, userId } = member;
  const heirs = await findHeirs(transaction, member, transfers);
  // Gone first: whoever makes a key for them at this moment waits for this row, and then finds it gone.
  await transaction.member.delete({ where: { workspaceId_userId: { workspaceId, userId } } });
  const counts = await settleKeys(transaction, actor, member, heirs);
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

type Heir = { id: string; name: string };

/** Key id → who gets it. */
async function findHeirs(
  transaction: Transaction,
  leaver: MemberWithUser,
  transfers: RemoveMemberInput["transfers"],
): Promise<Map<string, Heir>> {
  const { workspaceId, userId } = leaver;
  const keys = await transaction.apiKey.count({
    where: { id: { in: transfers.map(({ keyId }) => keyId) }, workspaceId, ownerId: userId },
  });
  if (keys !== transfers.length)
    throw invalidField("transfers", "Name each key once, and only keys of theirs.");
  const members = await transaction.member.findMany({
    where: {
      workspaceId,
      suspendedAt: null,
      userId: { in: transfers.map((transfer) => transfer.userId), not: userId },
    },
    include: { user: { select: { id: true, name: true } } },
  });
  const users = new Map(members.map(({ user }) => [user.id, user]));
  return new Map(
    transfers.map((transfer) => {
      const heir = users.get(transfer.userId);
      if (!heir) throw invalidField("transfers", "A key can go to another active member of the workspace.");
      return [transfer.keyId, heir];
    }),
  );
}

async function settleKeys(
  transaction: Transaction,
  actor: MemberActor,
  leaver: MemberWithUser,
  heirs: Map<string, Heir>,
): Promise<{ revoked: number; transferred: number }> {
  const { workspaceId, userId: ownerId } = leaver;
  const keys = await transaction.apiKey.findMany({ where: { workspaceId, ownerId, revokedAt: null } });
  const counts = { revoked: 0, transferred: 0 };
  for (const key of keys) {
    const heir = heirs.get(key.id);
    const { count } = await transaction.apiKey.updateMany({
      where: { id: key.id, workspaceId, ownerId, revokedAt: null },
      data: heir ? { ownerId: heir.id, ...narrowed(key, leaver) } : { revokedAt: new Date() },
    });
    // Somebody revoked it in this moment, and has written so.
    if (count === 0) continue;
    counts[heir ? "transferred" : "revoked"] += 1;
    await recordAuditEvent(
      transaction,
      actor,
      heir ? "api_key.transferred" : "api_key.revoked",
      { type: "api_key", id: key.id, name: key.name },
      heir ? { owner: { from: leaver.user.name, to: heir.name } } : { because: `${leaver.user.name} left` },
    );
  }
  return counts;
}

/** Its secret is known to who leaves: with an owner of a higher role the key must not be able to do more than it could. */
function narrowed(key: ApiKey, { role }: MemberWithUser): Pick<ApiKey, "permissionLevel" | "canManageKeys"> {
  return {
    permissionLevel: roleMay(role, "api_key.create_read_write") ? key.permissionLevel : "read_only",
    canManageKeys: key.canManageKeys && roleMay(role, "api_key.create_managing"),
  };
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
