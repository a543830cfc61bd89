import { AppError } from "@/lib/contracts/app-error";
import type { InvitationView } from "@/lib/contracts/invitations";
import type { MemberActor } from "../../actor";
import { recordAuditEvent } from "../../audit/record-audit-event";
import type { Invitation, Prisma } from "../../generated/prisma/client";
import { db } from "../../runtime";
import { lockMembers } from "../members/lock-members";
import { requireMayManageRole } from "../members/manageable-member";
import { wherePending } from "../members/withdraw-unauthorized-invitations";

/** The workspace's pending invitations, the last sent first. */
export async function listInvitations(actor: MemberActor): Promise<InvitationView[]> {
  const invitations = await db().invitation.findMany({
    where: wherePending(actor.workspaceId, new Date()),
    orderBy: [{ sentAt: "desc" }, { id: "desc" }],
  });
  const inviters = await db().user.findMany({
    where: { id: { in: invitations.map(({ invitedById }) => invitedById) } },
    select: { id: true, name: true },
  });
  const names = new Map(inviters.map(({ id, name }) => [id, name]));
  return invitations.map((invitation) => ({
    id: invitation.id,
    email: invitation.email,
    role: invitation.role,
    invitedBy: names.get(invitation.invitedById) ?? "",
    sentAt: invitation.sentAt.toISOString(),
    expiresAt: invitation.expiresAt.toISOString(),
  }));
}

/** Withdraws an invitation. Its link stops working. */
export async function withdrawInvitation(actor: MemberActor, invitationId: string): Promise<void> {
  await db().$transaction(async (transaction) => {
    const now = await lockMembers(transaction, actor);
    const { email, role } = await requirePendingInvitation(transaction, now, invitationId);
    requireMayManageRole(now, role);
    await transaction.invitation.update({ where: { id: invitationId }, data: { withdrawnAt: new Date() } });
    await recordAuditEvent(transaction, now, "invitation.withdrawn", {
      type: "invitation",
      id: invitationId,
      name: email,
    });
  });
}

/**
 * @throws AppError `not_found`, the same for unknown, accepted, withdrawn, and expired invitations and those of other
 * workspaces.
 */
export async function requirePendingInvitation(
  transaction: Prisma.TransactionClient,
  actor: MemberActor,
  id: string,
): Promise<Invitation> {
  const invitation = await transaction.invitation.findFirst({
    where: { ...wherePending(actor.workspaceId, new Date()), id },
  });
  if (!invitation) throw new AppError("not_found", "This invitation is no longer pending.");
  return invitation;
}
