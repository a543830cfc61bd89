import { AppError, invalidField } from "@/lib/contracts/app-error";
import type { Origin } from "../../actor";
import { recordAccountEvent } from "../../audit/record-audit-event";
import { noticePasswordSet } from "../../mail/security-notices";
import { db, runtime } from "../../runtime";
import type { CurrentSession } from "../../sessions/session-store";
import { lockSessionUser } from "../../sessions/ways-in";
import { hashPassword, passwordProblem } from "./password";

/**
 * A password for who signed up with an identity provider and has none.
 * @throws AppError `invalid_request` naming `newPassword`; `conflict` where there is one: changing it takes knowing it.
 */
export async function setFirstPassword(
  session: CurrentSession,
  newPassword: string,
  origin: Origin,
): Promise<void> {
  const problem = passwordProblem(newPassword, runtime().env.passwordMinLength);
  if (problem) throw invalidField("newPassword", problem);
  const passwordHash = await hashPassword(newPassword);
  await db().$transaction(async (transaction) => {
    await lockSessionUser(transaction, session);
    const { count } = await transaction.user.updateMany({
      where: { id: session.userId, passwordHash: null },
      data: { passwordHash },
    });
    if (count === 0)
      throw new AppError("conflict", "Your account has a password. Change it with the present one.");
    const user = { id: session.userId, name: session.userName };
    await recordAccountEvent(transaction, user, "account.password_set", { type: "user", ...user }, origin);
    await noticePasswordSet(transaction, session, origin);
  });
}
