import type { IdentityProvider, ProviderProblem } from "@/lib/contracts/identity-providers";
import { recordSignInAttempt } from "../access-log/record-sign-in-attempt";
import type { Origin } from "../actor";
import { AppError } from "../app-error";
import { db, runtime } from "../runtime";
import type { CurrentSession } from "../sessions/session-store";
import { findWaysIn } from "../users/ways-in";
import type { Identity } from "./identity";

/** How far the clocks of two servers may differ. */
const skewMs = 60_000;

/**
 * The connected providers that a person may confirm with who they are. OpenID Connect asks for the person anew and says when it
 * did. Google and GitHub do not: from them a visit proves only that this browser is signed in there, which is what signing in
 * again would prove. It is enough for who has nothing better, and nothing for who has a password, a passkey or an
 * authenticator app.
 */
export async function findConfirmingProviders(userId: string): Promise<IdentityProvider[]> {
  if (runtime().env.identityProviders.length === 0) return [];
  const [{ password, identities, passkeys }, authenticators] = await Promise.all([
    findWaysIn(userId),
    db().totpFactor.count({ where: { userId, confirmedAt: { not: null } } }),
  ]);
  // Codes by mail do not count: they confirm nobody (decision 011).
  const hasBetter = password || passkeys > 0 || authenticators > 0;
  return runtime()
    .env.identityProviders.filter(({ id }) => identities.some(({ provider }) => provider === id))
    .filter(({ id }) => saysWhen(id) || !hasBetter)
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
  const problem = await whatIsWrong(session, identity, beganAt);
  await recordSignInAttempt({ id: session.userId }, problem ? "provider_refused" : "reauthenticated", origin);
  return problem;
}

async function whatIsWrong(
  session: CurrentSession,
  { provider, issuer, subject, authenticatedAt }: Identity,
  beganAt: Date,
): Promise<ProviderProblem | null> {
  await requireConfirmingProvider(session.userId, provider);
  const { identities } = await findWaysIn(session.userId);
  if (!identities.some((one) => one.issuer === issuer && one.subject === subject)) return "another_account";
  if (saysWhen(provider) && (authenticatedAt?.getTime() ?? 0) < beganAt.getTime() - skewMs)
    return "not_asked";
  return null;
}

function saysWhen(provider: IdentityProvider["id"]): boolean {
  return provider === "oidc";
}
