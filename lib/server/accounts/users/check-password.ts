import { AppError, isAppError } from "@/lib/contracts/app-error";
import type { ErrorCode } from "@/lib/contracts/error-codes";
import type { Origin } from "../../actor";
import type { User } from "../../generated/prisma/client";
import { recordSignInAttempt } from "../../logs/record-sign-in-attempt";
import { db, runtime } from "../../runtime";
import { confirmInSession } from "../../sessions/confirm-in-session";
import type { CurrentSession } from "../../sessions/session-store";
import { verifyPassword } from "./password";

/**
 * Checks the email and password of a sign-in. Each attempt is written to the access log before the response.
 * @returns The user.
 * @throws AppError `incorrect_credentials`, whether or not the email is known; `account_disabled`,
 * `too_many_attempts`, `unavailable`.
 */
export async function checkPassword(email: string, password: string, origin: Origin): Promise<User> {
  const found = await db().user.findUnique({ where: { email } });
  let user: User;
  try {
    await runtime().signInThrottle.count(email, origin.ip ?? "unknown");
    user = await requirePassword(found, password);
  } catch (error) {
    if (isAppError(error) && isRefusal(error.code)) await recordSignInAttempt(found, error.code, origin);
    throw error;
  }
  await runtime().signInThrottle.forgive(email, origin.ip ?? "unknown");
  await recordSignInAttempt(user, "signed_in", origin);
  return user;
}

/**
 * Confirms a signed-in person's identity with their password.
 * @throws AppError `incorrect_credentials`, and those of confirmInSession.
 */
export async function confirmPassword(
  session: CurrentSession,
  password: string,
  origin: Origin,
): Promise<User> {
  return confirmInSession(session, origin, async () => {
    const user = await db().user.findUnique({ where: { id: session.userId } });
    return requirePassword(user, password);
  });
}

async function requirePassword(user: User | null, password: string): Promise<User> {
  if (!(await verifyPassword(password, user?.passwordHash ?? null)) || !user)
    throw new AppError("incorrect_credentials");
  // Only someone with the correct password learns that the account exists and is disabled.
  if (user.disabledAt) throw new AppError("account_disabled");
  return user;
}

function isRefusal(
  code: ErrorCode,
): code is "incorrect_credentials" | "account_disabled" | "too_many_attempts" {
  return code === "incorrect_credentials" || code === "account_disabled" || code === "too_many_attempts";
}

/**
 * Whether the password that checkPassword accepted is still current, as it may have been reset in the meantime. Call
 * it after creating the session, which leaves no gap: a later reset finds that session and ends it (S03).
 */
export async function isStillPassword({
  id,
  passwordHash,
}: Pick<User, "id" | "passwordHash">): Promise<boolean> {
  // The lock waits for a concurrent reset, then reads the new row.
  const count = await db().$executeRaw`
    SELECT 1 FROM users WHERE id = ${id} AND password_hash = ${passwordHash} FOR SHARE`;
  return count === 1;
}
