import { type Role, roleMay } from "@/lib/contracts/permissions";
import type { MemberActor } from "../../actor";
import { recordAuditEvent } from "../../audit/record-audit-event";
import type { Prisma } from "../../generated/prisma/client";

/**
 * Takes back what a member has sent and could not send any more: an invitation must not outlive the right to invite, least of
 * all where the inviter was handed the links, and would have a way back in (S45). Ask it under lockMembers alone.
 * @param role The role the inviter has from now on; null where they are suspended or gone.
 */
export async function withdrawUnauthorizedInvitations(
  transaction: Prisma.TransactionClient,
  actor: MemberActor,
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
      { because: `${inviter.name} may not invite as ${invitation.role} any more` },
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
