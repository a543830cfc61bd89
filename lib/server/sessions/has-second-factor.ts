import type { Prisma } from "../generated/prisma/client";
import { db } from "../runtime";

/** Who has a second step: an authenticator app that a code has confirmed, a passkey, or codes by mail. */
export const withSecondFactor = {
  OR: [{ totp: { confirmedAt: { not: null } } }, { passkeys: { some: {} } }, { emailCodesAt: { not: null } }],
} satisfies Prisma.UserWhereInput;

/** Whether signing in as this person takes a second step. */
export async function hasSecondFactor(
  userId: string,
  database: Prisma.TransactionClient = db(),
): Promise<boolean> {
  return (await database.user.count({ where: { id: userId, ...withSecondFactor } })) > 0;
}
