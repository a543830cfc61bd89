import { AppError } from "../app-error";
import type { Account as ConnectedIdentity, Prisma } from "../generated/prisma/client";
import { db, runtime } from "../runtime";

/** Everything that a person can sign in with. Each is enough by itself, so that one of them must always be left. */
export type WaysIn = { password: boolean; identities: ConnectedIdentity[]; passkeys: number };

/** A connected account counts while its provider is configured: a button that is not there lets nobody in. */
export async function findWaysIn(userId: string, database: Prisma.TransactionClient = db()): Promise<WaysIn> {
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
export async function requireAWayIn(transaction: Prisma.TransactionClient, userId: string): Promise<void> {
  const { password, identities, passkeys } = await findWaysIn(userId, transaction);
  if (!password && identities.length === 0 && passkeys === 0)
    throw new AppError("conflict", "This is the only way into your account. Set a password first.");
}

/** One change of how a person signs in after the other, on every instance. */
export async function lockUser(transaction: Prisma.TransactionClient, userId: string): Promise<void> {
  await transaction.$executeRaw`SELECT 1 FROM users WHERE id = ${userId} FOR NO KEY UPDATE`;
}
