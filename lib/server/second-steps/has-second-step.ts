import type { Prisma } from "../generated/prisma/client";
import { db } from "../runtime";

/** Whether signing in as this person takes a second step: an authenticator app that a code has confirmed. */
export async function hasSecondStep(
  userId: string,
  database: Prisma.TransactionClient = db(),
): Promise<boolean> {
  return (await database.totpFactor.count({ where: { userId, confirmedAt: { not: null } } })) > 0;
}
