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
 * Changes the password of a person who knows the current one. All other sessions end, and this session's old token
 * stops working.
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
    throw error.code === "incorrect_credentials" ? wrongCurrentPassword() : error;
  });
  const passwordHash = await hashPassword(newPassword);
  return db().$transaction(async (transaction) => {
    const user = { id: session.userId, name: session.userName, email: session.email };
    // Compare and set: a person with the old password must not undo a concurrent reset (S03).
    const { count } = await transaction.user.updateMany({
      where: { id: user.id, passwordHash: before.passwordHash },
      data: { passwordHash },
    });
    if (count === 0) throw wrongCurrentPassword();
    const renewed = await renewSessionToken(token, { by: "password", at: "now" }, transaction);
    if (!renewed) throw new AppError("not_signed_in");
    await transaction.session.deleteMany({ where: { userId: session.userId, id: { not: session.id } } });
    await deleteLinksOf(transaction, session.userId);
    await recordAccountEvent(transaction, user, "account.password_changed", origin);
    await notifyPasswordChanged(transaction, user, origin);
    return renewed;
  });
}

function wrongCurrentPassword(): AppError {
  return invalidField("currentPassword", "Your current password is incorrect.");
}

/**
 * Sets the first password of an account that was created with an identity provider.
 * @throws AppError `invalid_request` naming `newPassword`; `conflict` if the account already has a password, which
 * only someone who knows it can change.
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
      throw new AppError("conflict", "Your account already has a password. Enter it to change it.");
    const user = { id: session.userId, name: session.userName };
    await recordAccountEvent(transaction, user, "account.password_set", origin);
    await notifyPasswordSet(transaction, session, origin);
  });
}
