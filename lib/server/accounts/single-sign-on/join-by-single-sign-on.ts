import type { MemberActor, Origin } from "../../actor";
import { recordAuditEvent } from "../../audit/record-audit-event";
import type { Prisma } from "../../generated/prisma/client";
import type { Identity } from "../../sessions/identity";
import type { SingleSignOn } from "../../sessions/requires-single-sign-on";
import { lockWorkspace } from "../../workspaces/members/lock-members";

/**
 * The single sign-on identity, with the domain of the address that the OpenID provider verified. Google and GitHub
 * verify addresses too, but not that the person belongs to an organization.
 */
export function singleSignOnOf({
  provider,
  issuer,
  subject,
  email,
  emailVerified,
}: Identity): SingleSignOn | null {
  const domain = provider === "oidc" && emailVerified ? email?.split("@")[1] : undefined;
  return domain ? { issuer, subject, domain } : null;
}

/** The workspace that requires single sign-on for this domain, if any. */
export function findSsoWorkspace(transaction: Prisma.TransactionClient, domain: string | undefined) {
  return domain
    ? transaction.workspaceDomain.findFirst({
        where: { provenDomain: domain, requireSso: true },
        select: { workspaceId: true, defaultRole: true, domain: true },
      })
    : null;
}

/**
 * Adds a person who signed in with the OpenID provider to the workspace of their domain, if they aren't a member yet.
 * The membership stores the identity. Suspended members stay suspended, and existing members keep how they joined.
 */
export async function joinBySingleSignOn(
  transaction: Prisma.TransactionClient,
  user: { id: string; name: string },
  identity: Identity,
  origin: Origin,
): Promise<void> {
  const signedOn = singleSignOnOf(identity);
  const found = await findSsoWorkspace(transaction, signedOn?.domain);
  if (!signedOn || !found) return;
  const { workspaceId, defaultRole: role, domain } = found;
  await lockWorkspace(transaction, workspaceId);
  const key = { workspaceId_userId: { workspaceId, userId: user.id } };
  if (await transaction.member.findUnique({ where: key })) return;
  const { issuer, subject } = signedOn;
  const { label } = identity;
  const joinedAs = { ssoDomain: domain, ssoIssuer: issuer, ssoSubject: subject, ssoLabel: label };
  await transaction.member.create({ data: { workspaceId, userId: user.id, role, ...joinedAs } });
  await transaction.user.update({ where: { id: user.id }, data: { lastWorkspaceId: workspaceId } });
  const actor: MemberActor = { type: "member", workspaceId, userId: user.id, name: user.name, role, origin };
  const { name } = await transaction.workspace.findUniqueOrThrow({ where: { id: workspaceId } });
  const target = { type: "workspace", id: workspaceId, name } as const;
  const details = { role, domain, issuer, subject, account: label };
  await recordAuditEvent(transaction, actor, "member.joined_by_sso", target, details);
}
