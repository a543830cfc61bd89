import { db } from "../runtime";

/** Whether signing in as this person takes a second step: an authenticator app, a passkey, or codes by mail. */
export async function hasSecondStep(userId: string): Promise<boolean> {
  const user = await db().user.findUnique({
    where: { id: userId },
    select: {
      emailCodesAt: true,
      totp: { select: { confirmedAt: true } },
      _count: { select: { passkeys: true } },
    },
  });
  return (
    user !== null &&
    (user.emailCodesAt !== null || user.totp?.confirmedAt != null || user._count.passkeys > 0)
  );
}
