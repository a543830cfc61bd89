import type { MemberActor } from "../actor";
import { AppError } from "../app-error";
import { db } from "../runtime";
import type { CurrentSession } from "../sessions/session-store";

/**
 * Whether the workspace asks this member to come by single sign-on, and this session did not. It asks who has an address of its
 * domain. Owners it asks not: where the provider is down or misconfigured, they are the ones who can switch it off.
 */
export async function mustSignOn(actor: MemberActor, session: CurrentSession): Promise<boolean> {
  const domain = session.email.split("@")[1] ?? "";
  if (actor.role === "owner" || session.ssoDomain === domain) return false;
  const count = await db().workspaceDomain.count({
    where: { workspaceId: actor.workspaceId, provenDomain: domain, requireSso: true },
  });
  return count > 0;
}

/**
 * Somebody who must sign on with an address cannot shed it to get round that.
 * @throws AppError `conflict`
 */
export async function requireOwnAddress(userId: string, email: string): Promise<void> {
  const found = await db().workspaceDomain.findFirst({
    where: {
      provenDomain: email.split("@")[1] ?? "",
      requireSso: true,
      workspace: { members: { some: { userId, role: { not: "owner" } } } },
    },
    select: { workspace: { select: { name: true } } },
  });
  if (found)
    throw new AppError(
      "conflict",
      `${found.workspace.name} signs you on by this address. It cannot be changed.`,
    );
}
