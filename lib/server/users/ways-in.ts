import type { Prisma } from "../generated/prisma/client";

/** In how many ways the person can begin to sign in: by password, by each connected account, by each passkey. */
export async function countWaysIn(transaction: Prisma.TransactionClient, userId: string): Promise<number> {
  const [passwords, accounts, passkeys] = await Promise.all([
    transaction.user.count({ where: { id: userId, passwordHash: { not: null } } }),
    transaction.account.count({ where: { userId } }),
    transaction.passkey.count({ where: { userId } }),
  ]);
  return passwords + accounts + passkeys;
}

/** One after the other: two removals at once could each leave the way in that the other takes. */
export async function lockUser(transaction: Prisma.TransactionClient, userId: string): Promise<void> {
  await transaction.$executeRaw`SELECT 1 FROM users WHERE id = ${userId} FOR NO KEY UPDATE`;
}
