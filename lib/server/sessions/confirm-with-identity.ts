import { AppError } from "@/lib/contracts/app-error";
import type { IdentityProvider, ProviderProblem } from "@/lib/contracts/identity-providers";
import type { Origin } from "../actor";
import { recordSignInAttempt } from "../logs/record-sign-in-attempt";
import { runtime } from "../runtime";
import type { Identity } from "./identity";
import { clockSkewMs, proofOf } from "./proof";
import type { CurrentSession } from "./session-store";
import { findSignInMethods } from "./sign-in-methods";

/**
 * Connected providers with which the person can confirm who they are: those that ask for a new sign-in and report
 * when it happened. Google and GitHub don't: coming back from them only proves that the browser is signed in there.
 */
export async function findConfirmingProviders(userId: string): Promise<IdentityProvider[]> {
  if (runtime().env.identityProviders.length === 0) return [];
  const { identities } = await findSignInMethods(userId);
  return runtime()
    .env.identityProviders.filter(
      ({ id }) => reportsAuthenticationTime(id) && identities.some(({ provider }) => provider === id),
    )
    .map(({ id, name }) => ({ id, name }));
}

/** @throws AppError `not_found` if the person can't confirm with this provider. */
export async function requireConfirmingProvider(userId: string, providerId: string): Promise<void> {
  const offered = await findConfirmingProviders(userId);
  if (!offered.some(({ id }) => id === providerId)) throw new AppError("not_found");
}

/**
 * Checks that the identity confirms the session's person. The result is written to the access log.
 * @param beganAt When the person was sent to the provider. Earlier sign-ins don't count.
 * @returns The problem, or null.
 */
export async function confirmWithIdentity(
  session: CurrentSession,
  identity: Identity,
  beganAt: Date,
  origin: Origin,
): Promise<ProviderProblem | null> {
  const problem = await findProblem(session, identity, beganAt);
  await recordSignInAttempt({ id: session.userId }, problem ? "provider_refused" : "reauthenticated", origin);
  return problem;
}

async function findProblem(
  session: CurrentSession,
  { provider, issuer, subject, authenticatedAt }: Identity,
  beganAt: Date,
): Promise<ProviderProblem | null> {
  await requireConfirmingProvider(session.userId, provider);
  const { identities } = await findSignInMethods(session.userId);
  if (!identities.some((one) => one.issuer === issuer && one.subject === subject)) return "another_account";
  const proof = proofOf({ authenticatedAt });
  return proof && (authenticatedAt?.getTime() ?? 0) >= beganAt.getTime() - clockSkewMs ? null : "not_asked";
}

function reportsAuthenticationTime(provider: IdentityProvider["id"]): boolean {
  return provider === "oidc";
}
