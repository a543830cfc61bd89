import type { Prisma } from "../generated/prisma/client";
import { db } from "../runtime";

/** Users with a second factor: a confirmed authenticator app, a passkey, or email codes. */
export const withSecondFactor = {
  OR: [{ totp: { confirmedAt: { not: null } } }, { passkeys: { some: {} } }, { emailCodesAt: { not: null } }],
} satisfies Prisma.UserWhereInput;

/** Whether signing in to this account requires a second factor. */
export async function hasSecondFactor(
  userId: string,
  database: Prisma.TransactionClient = db(),
): Promise<boolean> {
  return (await database.user.count({ where: { id: userId, ...withSecondFactor } })) > 0;
}
