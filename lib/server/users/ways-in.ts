import { AppError } from "../app-error";
import type { Prisma } from "../generated/prisma/client";

/**
 * To be called in the transaction that took a way in away, under the lock on the person's row: two at once must not take the last.
 * A password, a connected account and a passkey are each enough by themselves.
 * @throws AppError `conflict`
 */
export async function requireAWayIn(transaction: Prisma.TransactionClient, userId: string): Promise<void> {
  const { passwordHash, _count: left } = await transaction.user.findUniqueOrThrow({
    where: { id: userId },
    select: { passwordHash: true, _count: { select: { accounts: true, passkeys: true } } },
  });
  if (passwordHash === null && left.accounts + left.passkeys === 0)
    throw new AppError("conflict", "This is the only way into your account. Set a password first.");
}

/** One change of how a person signs in after the other, on every instance. */
export async function lockUser(transaction: Prisma.TransactionClient, userId: string): Promise<void> {
  await transaction.$executeRaw`SELECT 1 FROM users WHERE id = ${userId} FOR NO KEY UPDATE`;
}
