import { AppError } from "@/lib/contracts/app-error";
import type { KeyDecisionCounts } from "@/lib/contracts/members";
import type { ServiceRole } from "@/lib/contracts/permissions";
import type { Receipt } from "@/lib/engine/leases/rejection-watch";
import type { SystemActor } from "../../actor";
import { recordAuditEvent } from "../../audit/record-audit-event";
import type { Prisma } from "../../generated/prisma/client";
import { newId } from "../../new-id";
import { db, runtime } from "../../runtime";
import { maskedAddress } from "../../sessions/person";
import { lockWorkspace } from "./lock-members";
import type { MemberWithUser } from "./manageable-member";
import { removeMembership } from "./remove-member";

type Transaction = Prisma.TransactionClient;
type Named = { id: string } | { externalId: string };
type Fields = { name: string; email: string | null; role: ServiceRole };

/** @returns Null for an unknown member. */
export async function findNamedMember(
  workspaceId: string,
  named: Named | null,
  transaction: Pick<Transaction, "member"> = db(),
): Promise<MemberWithUser | null> {
  if (!named) return null;
  const who = "id" in named ? { userId: named.id } : { externalId: named.externalId };
  return transaction.member.findFirst({ where: { workspaceId, ...who }, include: { user: true } });
}

/**
 * Creates a service member with this external id, or changes one. A role that can no longer do what a key was created for limits
 * the key at once, because a key acts as its owner may.
 * @throws AppError `not_found`; `insufficient_permissions` for a person
 */
export async function putServiceMember(
  actor: SystemActor,
  named: Named | null,
  fields: Fields,
): Promise<{ member: MemberWithUser; isNew: boolean }> {
  const done = await db().$transaction(async (transaction) => {
    await lockWorkspace(transaction, actor.workspaceId);
    const before = await findNamedMember(actor.workspaceId, named, transaction);
    if (before) await changeMember(transaction, actor, before, fields);
    else if (named && "externalId" in named) await addMember(transaction, actor, named.externalId, fields);
    const member = await findNamedMember(actor.workspaceId, named, transaction);
    if (!member) throw new AppError("not_found", "Member not found.");
    return { member, isNew: before === null };
  });
  await runtime().engine.rejections.waitUntilRejectedEverywhere();
  return done;
}

async function addMember(
  transaction: Transaction,
  actor: SystemActor,
  externalId: string,
  { name, email, role }: Fields,
): Promise<void> {
  const { workspaceId } = actor;
  const userId = newId("usr");
  await transaction.user.create({ data: { id: userId, name, serviceOf: workspaceId } });
  await transaction.member.create({ data: { workspaceId, userId, role, externalId, contactEmail: email } });
  const target = { type: "member", id: userId, name } as const;
  await recordAuditEvent(transaction, actor, "member.service_added", target, { role, externalId });
}

async function changeMember(
  transaction: Transaction,
  actor: SystemActor,
  member: MemberWithUser,
  { name, email, role }: Fields,
): Promise<void> {
  requireService(actor, member);
  const { workspaceId, userId } = member;
  const target = { type: "member", id: userId, name } as const;
  if (name !== member.user.name) {
    await transaction.user.update({ where: { id: userId, serviceOf: workspaceId }, data: { name } });
    await recordAuditEvent(transaction, actor, "member.renamed", target, {
      name: { from: member.user.name, to: name },
    });
  }
  if (role === member.role && email === member.contactEmail) return;
  await transaction.member.update({
    where: { workspaceId_userId: { workspaceId, userId } },
    data: { role, contactEmail: email },
  });
  if (role !== member.role)
    await recordAuditEvent(transaction, actor, "member.role_changed", target, {
      role: { from: member.role, to: role },
    });
  if (email !== member.contactEmail)
    await recordAuditEvent(transaction, actor, "member.contact_changed", target, {
      contactEmail: { from: masked(member.contactEmail), to: masked(email) },
    });
}

/** The audit log stays when the member is gone, so it doesn't hold the whole address. */
function masked(email: string | null): string | null {
  return email === null ? null : maskedAddress(email);
}

export type RemovedServiceMember = KeyDecisionCounts & { userId: string; rejectedEverywhere: Receipt };

/**
 * Removes a service member. Their keys go to another member, or are revoked.
 * @throws AppError `not_found`; `insufficient_permissions` for a person; `invalid_request` if the new owner can't own keys
 */
export async function removeServiceMember(
  actor: SystemActor,
  named: Named | null,
  newOwnerId: string | null,
): Promise<RemovedServiceMember> {
  const startedAt = performance.now();
  const done = await db().$transaction(async (transaction) => {
    await lockWorkspace(transaction, actor.workspaceId);
    const member = await findNamedMember(actor.workspaceId, named, transaction);
    if (!member) throw new AppError("not_found", "Member not found.");
    requireService(actor, member);
    const counts = await removeMembership(transaction, actor, member, {
      transfers: [],
      revocations: [],
      otherKeys: newOwnerId === null ? "revoke" : { transferTo: newOwnerId },
    });
    return { ...counts, userId: member.userId };
  });
  const { rejections } = runtime().engine;
  return { ...done, rejectedEverywhere: await rejections.waitUntilRejectedEverywhere(startedAt) };
}

function requireService({ workspaceId }: SystemActor, { user }: MemberWithUser): void {
  if (user.serviceOf !== workspaceId)
    throw new AppError(
      "insufficient_permissions",
      "This member is a person. Service tokens don't change people.",
    );
}
