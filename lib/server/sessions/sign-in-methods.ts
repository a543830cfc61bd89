import { AppError } from "@/lib/contracts/app-error";
import type { Account as ConnectedIdentity, Prisma } from "../generated/prisma/client";
import { db, runtime } from "../runtime";
import { lockUser } from "./lock-user";
import type { CurrentSession } from "./session-store";

/** A person's sign-in methods. Each works on its own, and at least one must remain. */
export type SignInMethods = { password: boolean; identities: ConnectedIdentity[]; passkeys: number };

/** Counts a connected account only while its provider is configured. */
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
 * Call it in the transaction that removed a sign-in method, under a lock on the user's row, so that concurrent
 * removals can't remove the last one.
 * @throws AppError `conflict`
 */
export async function requireSignInMethod(
  transaction: Prisma.TransactionClient,
  userId: string,
): Promise<void> {
  const { password, identities, passkeys } = await findSignInMethods(userId, transaction);
  if (!password && identities.length === 0 && passkeys === 0)
    throw new AppError("conflict", "This is your only sign-in method. Set a password first.");
}

/**
 * Locks the session's user before changing how they sign in. Such changes happen one at a time on every instance. A
 * password reset ends sessions under the same lock, so a session can't add a sign-in method after the reset (S03).
 * @throws AppError `not_signed_in` if the session has ended or hasn't completed its second factor.
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
 * Removes all sign-in methods except the password. Called when someone proves an address that was never verified
 * before: the account may have been set up by a stranger who used that address (S03, S68).
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
