import { type Role, roleMay } from "@/lib/contracts/permissions";
import type { MemberActor, SystemActor } from "../../actor";
import { recordAuditEvent } from "../../audit/record-audit-event";
import type { Prisma } from "../../generated/prisma/client";

/**
 * Withdraws the invitations that a member sent and could no longer send. Otherwise a removed admin could rejoin with
 * the link of an invitation they sent (S45). Call it after lockMembers.
 * @param role The inviter's new role. Null if they are suspended or removed.
 */
export async function withdrawUnauthorizedInvitations(
  transaction: Prisma.TransactionClient,
  actor: MemberActor | SystemActor,
  inviter: { id: string; name: string },
  role: Role | null,
): Promise<void> {
  const where = wherePending(actor.workspaceId, new Date());
  const sent = await transaction.invitation.findMany({ where: { ...where, invitedById: inviter.id } });
  for (const invitation of sent.filter((one) => !mayInvite(role, one.role))) {
    await transaction.invitation.update({ where: { id: invitation.id }, data: { withdrawnAt: new Date() } });
    await recordAuditEvent(
      transaction,
      actor,
      "invitation.withdrawn",
      { type: "invitation", id: invitation.id, name: invitation.email },
      { because: `${inviter.name} can no longer invite as ${invitation.role}` },
    );
  }
}

function mayInvite(role: Role | null, invited: Role): boolean {
  if (role === null || !roleMay(role, "member.manage")) return false;
  return invited !== "owner" || roleMay(role, "member.manage_owners");
}

export function wherePending(workspaceId: string, now: Date): Prisma.InvitationWhereInput {
  return { workspaceId, acceptedAt: null, withdrawnAt: null, expiresAt: { gt: now } };
}
