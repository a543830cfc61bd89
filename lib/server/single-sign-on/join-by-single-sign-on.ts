import type { MemberActor, Origin } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import type { Prisma } from "../generated/prisma/client";
import type { Identity } from "../identities/identity";
import { lockWorkspace } from "../members/lock-people";

/**
 * The email domain that an identity vouches for: that of an address which the OpenID provider has proven. Google and GitHub
 * prove addresses too, but not that an organisation lets the person in.
 */
export function ssoDomainOf({ provider, email, emailVerified }: Identity): string | null {
  return provider === "oidc" && email && emailVerified ? (email.split("@")[1] ?? null) : null;
}

/** The workspace that asks people of a domain to sign on, if one does. */
export function findSsoWorkspace(transaction: Prisma.TransactionClient, domain: string | null) {
  return domain
    ? transaction.workspaceDomain.findFirst({
        where: { provenDomain: domain, requireSso: true },
        select: { workspaceId: true, defaultRole: true, domain: true },
      })
    : null;
}

/**
 * Makes a person who has just come from the OpenID provider a member of the workspace of their domain, if it has one and they
 * are none. Who is suspended there stays it.
 */
export async function joinBySingleSignOn(
  transaction: Prisma.TransactionClient,
  user: { id: string; name: string },
  identity: Identity,
  origin: Origin,
): Promise<void> {
  const found = await findSsoWorkspace(transaction, ssoDomainOf(identity));
  if (!found) return;
  const { workspaceId, defaultRole: role, domain } = found;
  await lockWorkspace(transaction, workspaceId);
  const key = { workspaceId_userId: { workspaceId, userId: user.id } };
  if (await transaction.member.findUnique({ where: key })) return;
  await transaction.member.create({ data: { workspaceId, userId: user.id, role } });
  await transaction.user.update({ where: { id: user.id }, data: { lastWorkspaceId: workspaceId } });
  const actor: MemberActor = { type: "member", workspaceId, userId: user.id, name: user.name, role, origin };
  const { name } = await transaction.workspace.findUniqueOrThrow({ where: { id: workspaceId } });
  const target = { type: "workspace", id: workspaceId, name } as const;
  await recordAuditEvent(transaction, actor, "member.joined_by_sso", target, { role, domain });
}
