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
 * The email and password that a person signs in with, judged. Each attempt, good or bad, is an access-log row before the answer.
 * @returns The user whose they are.
 * @throws AppError `incorrect_credentials` (known email or not: the same), `account_disabled`, `too_many_attempts`, `unavailable`.
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
 * A signed-in person confirms who they are with their password.
 * @throws AppError `incorrect_credentials`, and as confirmInSession does.
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
  // Said only to a person who knows the password: deletedAccountOwner else learns that there is such an account.
  if (user.disabledAt) throw new AppError("account_disabled");
  return user;
}

function isRefusal(
  code: ErrorCode,
): code is "incorrect_credentials" | "account_disabled" | "too_many_attempts" {
  return code === "incorrect_credentials" || code === "account_disabled" || code === "too_many_attempts";
}

/**
 * Whether the password that checkPassword judged is still theirs: a reset may have been answered meanwhile. Asked after the
 * session began, it leaves no gap: a reset that commits later finds that session and ends it (S03).
 */
export async function isStillPassword({
  id,
  passwordHash,
}: Pick<User, "id" | "passwordHash">): Promise<boolean> {
  // The lock waits for a reset under way, and then reads what it wrote.
  const count = await db().$executeRaw`
    SELECT 1 FROM users WHERE id = ${id} AND password_hash = ${passwordHash} FOR SHARE`;
  return count === 1;
}
