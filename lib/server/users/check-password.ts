import type { ErrorCode } from "@/lib/contracts/error-codes";
import { recordSignInAttempt } from "../access-log/record-sign-in-attempt";
import type { Origin } from "../actor";
import { AppError, isAppError } from "../app-error";
import type { User } from "../generated/prisma/client";
import { db, runtime } from "../runtime";
import { verifyPassword } from "./password";

/**
 * A person's email and password, judged. Each attempt, good or bad, is an access-log row before the answer.
 * @param success What the row of a right password says: whether a session begins or goes on.
 * @returns The user whose they are.
 * @throws AppError `incorrect_credentials` (known email or not: the same), `too_many_attempts`, `unavailable`.
 */
export async function checkPassword(
  email: string,
  password: string,
  origin: Origin,
  success: "signed_in" | "reauthenticated" = "signed_in",
): Promise<User> {
  const user = await db().user.findUnique({ where: { email } });
  // Counted apart: who guesses at the sign-in page must not keep a signed-in person from confirming who they are (S08).
  const account = success === "signed_in" ? email : `reauthentication:${email}`;
  try {
    await runtime().signInThrottle.count(account, origin.ip ?? "unknown");
    if (!(await verifyPassword(password, user?.passwordHash ?? null)) || !user)
      throw new AppError("incorrect_credentials");
    // Said only to a person who knows the password: nobody else learns that there is such an account.
    if (user.disabledAt) throw new AppError("account_disabled");
  } catch (error) {
    if (isAppError(error) && isRefusal(error.code)) await recordSignInAttempt(user, error.code, origin);
    throw error;
  }
  await runtime().signInThrottle.forgive(account, origin.ip ?? "unknown");
  await recordSignInAttempt(user, success, origin);
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
