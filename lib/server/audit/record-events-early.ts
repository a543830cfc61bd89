import type { Prisma } from "../generated/prisma/client";

/**
 * Writes the events of the changes so far now, not at COMMIT. Call it last in a transaction that changes many keys: at COMMIT the first
 * changed key takes the lock that every revocation needs, and writing thousands of events then would hold all of them up.
 */
export async function recordEventsEarly(transaction: Prisma.TransactionClient): Promise<void> {
  await transaction.$executeRaw`SET CONSTRAINTS tell_change IMMEDIATE`;
}
