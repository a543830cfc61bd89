import { AppError } from "@/lib/contracts/app-error";
import type { Account as ConnectedIdentity, Prisma } from "../generated/prisma/client";
import { db, runtime } from "../runtime";
import { lockUser } from "./lock-user";
import type { CurrentSession } from "./session-store";

/** Everything that a person can sign in with. Each is enough by itself, so that one of them must always be left. */
export type SignInMethods = { password: boolean; identities: ConnectedIdentity[]; passkeys: number };

/** A connected account counts while its provider is configured: a button that is not there lets nobody in. */
export async function findSignInMethods(
  userId: string,
  database: Prisma.TransactionClient = db(),
): Promise<SignInMethods> {
  const [user, connected, passkeys] = await Promise.all([
    database.user.findUniqueOrThrow({ where: { id: userId }, select: { passwordHash: true } }),
    database.account.findMany({ where: { userId }, orderBy: { createdAt: "asc" } }),
    database.passkey.count({ where: { userId } }),
  ]);
  const { identityProviders } = runtime().env;
  return {
    password: user.passwordHash !== null,
    identities: connected.filter((one) =>
      identityProviders.some(({ id, issuer }) => id === one.provider && issuer === one.issuer),
    ),
    passkeys,
  };
}

/**
 * To be called in the transaction that took a way in away, under a lock on the person's row: two at once must not take the last.
 * @throws AppError `conflict`
 */
export async function requireSignInMethod(
  transaction: Prisma.TransactionClient,
  userId: string,
): Promise<void> {
  const { password, identities, passkeys } = await findSignInMethods(userId, transaction);
  if (!password && identities.length === 0 && passkeys === 0)
    throw new AppError("conflict", "This is the only way into your account. Set a password first.");
}

/**
 * Locks the person of a session before a change of how they sign in: such changes happen one at a time, on every instance. A reset of
 * the password ends sessions under the same lock, so what a session was about to add can't come after it (S03).
 * @throws AppError `not_signed_in` for a session that has ended or owes its second step.
 */
export async function lockSessionUser(
  transaction: Prisma.TransactionClient,
  { id, userId }: Pick<CurrentSession, "id" | "userId">,
): Promise<void> {
  await lockUser(transaction, userId);
  const where = { id, userId, needsSecondFactor: false };
  if ((await transaction.session.count({ where })) === 0) throw new AppError("not_signed_in");
}

/**
 * Ends everything that opens an account beside its password. For a proof of the mailbox by someone who is not known to be the person
 * who set these up: nobody had proven the address before, so they may be a stranger's who signed up with it (S03, S68).
 */
export async function removeUnverifiedSignInMethods(
  transaction: Prisma.TransactionClient,
  userId: string,
): Promise<void> {
  await transaction.account.deleteMany({ where: { userId } });
  await transaction.passkey.deleteMany({ where: { userId } });
  await transaction.totpFactor.deleteMany({ where: { userId } });
  await transaction.recoveryCode.deleteMany({ where: { userId } });
  await transaction.user.update({ where: { id: userId }, data: { emailCodesAt: null } });
  await transaction.device.deleteMany({ where: { userId } });
}
