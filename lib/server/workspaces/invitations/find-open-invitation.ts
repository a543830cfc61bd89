import type { OpenInvitation } from "@/lib/contracts/invitations";
import { db } from "../../runtime";
import { sha256 } from "../../sha256";

/**
 * What the invitation page shows. Null for an invalid link. Opening the link changes nothing, because mail scanners
 * open links too.
 */
export async function findOpenInvitation(token: string): Promise<OpenInvitation | null> {
  if (!/^[\w-]{1,64}$/.test(token)) return null;
  const invitation = await db().invitation.findFirst({
    where: {
      tokenHash: sha256(token),
      acceptedAt: null,
      withdrawnAt: null,
      expiresAt: { gt: new Date() },
    },
    include: { workspace: { select: { name: true } } },
  });
  if (!invitation) return null;
  const inviter = await db().user.findUnique({
    where: { id: invitation.invitedById },
    select: { name: true },
  });
  return {
    workspaceName: invitation.workspace.name,
    email: invitation.email,
    role: invitation.role,
    invitedBy: inviter?.name ?? "Someone",
  };
}
