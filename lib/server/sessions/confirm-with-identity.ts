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
 * The connected providers that a person may confirm with who they are: those that ask them anew and say when they did. Google and
 * GitHub do not: a visit there proves only that this browser is signed in there.
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

/** @throws AppError `not_found` where the person may not confirm with it. */
export async function requireConfirmingProvider(userId: string, providerId: string): Promise<void> {
  const offered = await findConfirmingProviders(userId);
  if (!offered.some(({ id }) => id === providerId)) throw new AppError("not_found");
}

/**
 * Whether the identity proves that the person of the session is there now. Good or bad, it is an access-log row.
 * @param beganAt When the person was sent to the provider: an earlier proof is none.
 * @returns What speaks against it, if anything does.
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
