import { AppError } from "@/lib/contracts/app-error";
import type { ConnectedAccount, ProviderProblem } from "@/lib/contracts/identity-providers";
import type { Origin } from "../../actor";
import { recordAccountEvent } from "../../audit/record-audit-event";
import type { IdentityProviderSetting } from "../../env-identity-providers";
import type { Prisma } from "../../generated/prisma/client";
import { isUniqueViolation } from "../../is-unique-violation";
import { notifySignInMethodsChanged } from "../../mail/security-notices";
import { db, runtime } from "../../runtime";
import { type Identity, requireProvider } from "../../sessions/identity";
import { type CurrentSession, forgetSingleSignOn } from "../../sessions/session-store";
import { findSignInMethods, lockSessionUser, requireSignInMethod } from "../../sessions/sign-in-methods";

type Transaction = Prisma.TransactionClient;

/** All configured providers, with the person's connected account if there is one. */
export async function listConnectedAccounts(userId: string): Promise<ConnectedAccount[]> {
  const { identities } = await findSignInMethods(userId);
  return runtime().env.identityProviders.map(({ id, name }) => {
    const found = identities.find((one) => one.provider === id);
    return { id, name, connected: found ? { label: found.label, at: found.createdAt.toISOString() } : null };
  });
}

/**
 * Connects a provider account, which can then sign the person in.
 * @returns The problem, if the account is connected to someone else or another account of this provider is connected
 * to the person; otherwise null.
 */
export async function connectIdentity(
  session: CurrentSession,
  identity: Identity,
  origin: Origin,
): Promise<ProviderProblem | null> {
  const provider = requireProvider(identity.provider);
  try {
    return await db().$transaction(async (transaction) => {
      await lockSessionUser(transaction, session);
      const { identities } = await findSignInMethods(session.userId, transaction);
      const present = identities.find((one) => one.provider === identity.provider);
      if (present?.issuer === identity.issuer && present.subject === identity.subject) return null;
      if (present) return "another_connected";
      await insertIdentity(transaction, session.userId, identity);
      const what = `${provider.name} account (${identity.label}) was connected to`;
      await record(transaction, session, "account.identity_connected", provider, what, origin);
      return null;
    });
  } catch (error) {
    if (isUniqueViolation(error)) return "connected_elsewhere";
    throw error;
  }
}

/** @throws AppError `not_found` if nothing is connected; `conflict` if it is the only sign-in method. */
export async function disconnectIdentity(
  session: CurrentSession,
  providerId: string,
  origin: Origin,
): Promise<void> {
  const provider = requireProvider(providerId);
  await db().$transaction(async (transaction) => {
    await lockSessionUser(transaction, session);
    const where = { userId: session.userId, provider: provider.id, issuer: provider.issuer };
    const { count } = await transaction.account.deleteMany({ where });
    if (count === 0) throw new AppError("not_found", `No ${provider.name} account is connected.`);
    await forgetSingleSignOn(transaction, session.userId, provider.issuer);
    await requireSignInMethod(transaction, session.userId);
    const what = `${provider.name} account was disconnected from`;
    await record(transaction, session, "account.identity_disconnected", provider, what, origin);
  });
}

/** Inserts the row. Its key is (issuer, subject), so an identity belongs to at most one person. */
export async function insertIdentity(
  transaction: Transaction,
  userId: string,
  { issuer, subject, provider, label }: Identity,
): Promise<void> {
  await transaction.account.create({ data: { issuer, subject, provider, label, userId } });
}

async function record(
  transaction: Transaction,
  session: CurrentSession,
  action: "account.identity_connected" | "account.identity_disconnected",
  provider: IdentityProviderSetting,
  what: string,
  origin: Origin,
): Promise<void> {
  const user = { id: session.userId, name: session.userName };
  await recordAccountEvent(transaction, user, action, origin, {
    details: { provider: provider.name },
  });
  await notifySignInMethodsChanged(transaction, session, `A ${what}`, origin);
}
