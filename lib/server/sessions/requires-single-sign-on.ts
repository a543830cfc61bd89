import { AppError } from "@/lib/contracts/app-error";
import type { Member } from "../generated/prisma/client";
import { db } from "../runtime";

/** The identity for which the OpenID provider vouched in a session, with the email domain it vouched for. */
export type SingleSignOn = { issuer: string; subject: string; domain: string };

/**
 * Whether a member must come by single sign-on, and has not in this session. It is required of members who joined by it, for as long
 * as the workspace requires it of their domain and whatever address they have now; and of members with an address of such a domain.
 * It is not required of owners: when the provider is down or misconfigured, they are the ones who can switch it off.
 * @param required The domains for which the workspace requires it.
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

/** The same identity; where the server has changed to another provider since, any identity of the domain. */
function isSameIdentity(
  member: Pick<Member, "ssoDomain" | "ssoIssuer" | "ssoSubject">,
  { issuer, subject, domain }: SingleSignOn,
): boolean {
  if (domain !== member.ssoDomain) return false;
  return member.ssoIssuer !== issuer || member.ssoSubject === subject;
}

/**
 * A member who must sign on because of their address can't change it to get round that.
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
      `${found.workspace.name} signs you on by this address. It cannot be changed.`,
    );
}
