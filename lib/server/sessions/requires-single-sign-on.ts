import { AppError } from "@/lib/contracts/app-error";
import type { Member } from "../generated/prisma/client";
import { db } from "../runtime";

/** An identity that the OpenID provider vouched for in a session, with its verified email domain. */
export type SingleSignOn = { issuer: string; subject: string; domain: string };

/**
 * Whether a member still has to use single sign-on in this session. Members who joined by single sign-on must use it
 * as long as the workspace requires it for their domain, whatever their address is now. So must members with an
 * address of such a domain. Owners are exempt: if the provider is down or misconfigured, they can turn the
 * requirement off.
 * @param required The domains for which the workspace requires single sign-on.
 */
export function requiresSingleSignOn(
  member: Pick<Member, "role" | "ssoDomain" | "ssoIssuer" | "ssoSubject">,
  email: string | null,
  required: string[],
  signedOn: SingleSignOn | null,
): boolean {
  if (member.role === "owner") return false;
  if (member.ssoDomain !== null && required.includes(member.ssoDomain))
    return !signedOn || !isSameIdentity(member, signedOn);
  const domain = email?.split("@")[1] ?? "";
  return required.includes(domain) && signedOn?.domain !== domain;
}

/**
 * Whether this is the identity that joined. If the server has switched to another provider since, any identity of the
 * domain counts.
 */
function isSameIdentity(
  member: Pick<Member, "ssoDomain" | "ssoIssuer" | "ssoSubject">,
  { issuer, subject, domain }: SingleSignOn,
): boolean {
  if (domain !== member.ssoDomain) return false;
  return member.ssoIssuer !== issuer || member.ssoSubject === subject;
}

/**
 * Members can't change their address to avoid single sign-on.
 * @throws AppError `conflict`
 */
export async function requireChangeableAddress(userId: string, email: string): Promise<void> {
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
      `You can't change this address because ${found.workspace.name} requires it for single sign-on.`,
    );
}
