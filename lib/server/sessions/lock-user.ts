import { Prisma } from "../generated/prisma/client";

/**
 * Locks a user's row until the transaction ends, so that changes to an account happen one at a time on every instance.
 *
 * The lock is FOR NO KEY UPDATE: others can still insert rows that refer to the user, such as a session. A transaction that
 * changes the email address (a unique key) or deletes the user must set `changesKey`, which takes FOR UPDATE from the start.
 * Upgrading the lock later can deadlock with a transaction that inserted such a row and then asks for this lock.
 * @returns Whether the user exists.
 */
export async function lockUser(
  transaction: Prisma.TransactionClient,
  userId: string,
  { changesKey = false } = {},
): Promise<boolean> {
  const strength = Prisma.raw(changesKey ? "FOR UPDATE" : "FOR NO KEY UPDATE");
  return (await transaction.$executeRaw`SELECT 1 FROM users WHERE id = ${userId} ${strength}`) === 1;
}
