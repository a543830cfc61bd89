import type { Origin } from "../actor";
import { AppError, isAppError } from "../app-error";
import type { User } from "../generated/prisma/client";
import { db, runtime } from "../runtime";
import { recordSignInAttempt } from "../access-log/record-sign-in-attempt";
import { verifyPassword } from "./password";

/**
 * A person's email and password, judged. Each attempt, good or bad, is an access-log row before the answer.
 * @returns The user whose they are.
 * @throws AppError `incorrect_credentials` (known email or not: the same), `too_many_attempts`, `unavailable`.
 */
export async function checkPassword(email: string, password: string, origin: Origin): Promise<User> {
  const user = await db().user.findUnique({ where: { email } });
  try {
    await runtime().signInThrottle.count(email, origin.ip ?? "unknown");
    if (!(await verifyPassword(password, user?.passwordHash ?? null)) || !user) throw new AppError("incorrect_credentials");
  } catch (error) {
    if (isAppError(error) && (error.code === "incorrect_credentials" || error.code === "too_many_attempts")) {
      await recordSignInAttempt(user, error.code, origin);
    }
    throw error;
  }
  await runtime().signInThrottle.forgive(email, origin.ip ?? "unknown");
  await recordSignInAttempt(user, "signed_in", origin);
  return user;
}
