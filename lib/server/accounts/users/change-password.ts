import { AppError, invalidField } from "@/lib/contracts/app-error";
import type { Origin } from "../../actor";
import { recordAccountEvent } from "../../audit/record-audit-event";
import { notifyPasswordChanged, notifyPasswordSet } from "../../mail/security-notices";
import { db, runtime } from "../../runtime";
import { deleteLinksOf } from "../../sessions/mailed-link";
import { type CurrentSession, renewSessionToken } from "../../sessions/session-store";
import { lockSessionUser } from "../../sessions/sign-in-methods";
import { confirmPassword } from "./check-password";
import { hashPassword, passwordProblem } from "./password";

/**
 * A new password, for who knows the old one. All other sessions end with it, and so does whatever else knows this one's token.
 * @returns The session's new token.
 */
export async function changePassword(
  session: CurrentSession,
  token: string,
  currentPassword: string,
  newPassword: string,
  origin: Origin,
): Promise<string> {
  const problem = passwordProblem(newPassword, runtime().env.passwordMinLength);
  if (problem) throw invalidField("newPassword", problem);
  const before = await confirmPassword(session, currentPassword, origin).catch((error: { code?: string }) => {
    throw error.code === "incorrect_credentials" ? notThePresentPassword() : error;
  });
  const passwordHash = await hashPassword(newPassword);
  return db().$transaction(async (transaction) => {
    const user = { id: session.userId, name: session.userName, email: session.email };
    // Compare and set: who knew the old password must not undo a reset that was answered meanwhile (S03).
    const { count } = await transaction.user.updateMany({
      where: { id: user.id, passwordHash: before.passwordHash },
      data: { passwordHash },
    });
    if (count === 0) throw notThePresentPassword();
    const renewed = await renewSessionToken(token, { by: "password", at: "now" }, transaction);
    if (!renewed) throw new AppError("not_signed_in");
    await transaction.session.deleteMany({ where: { userId: session.userId, id: { not: session.id } } });
    await deleteLinksOf(transaction, session.userId);
    await recordAccountEvent(transaction, user, "account.password_changed", origin);
    await notifyPasswordChanged(transaction, user, origin);
    return renewed;
  });
}

function notThePresentPassword(): AppError {
  return invalidField("currentPassword", "This is not your present password.");
}

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
    await recordAccountEvent(transaction, user, "account.password_set", origin);
    await notifyPasswordSet(transaction, session, origin);
  });
}
