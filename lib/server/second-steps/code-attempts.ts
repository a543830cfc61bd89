import { recordSignInAttempt } from "../access-log/record-sign-in-attempt";
import type { Origin } from "../actor";
import { isAppError } from "../app-error";
import { runtime } from "../runtime";

/**
 * Counts an attempt at a person's codes before it is judged. Beside the five of one sign-in: whoever has the password can sign
 * in again and again, and must not go on guessing with each (S08).
 * @throws AppError `too_many_attempts`
 */
export async function countCodeAttempt(userId: string, origin: Origin): Promise<void> {
  try {
    await runtime().signInThrottle.count(throttleName(userId), origin.ip ?? "unknown");
  } catch (error) {
    if (isAppError(error) && error.code === "too_many_attempts")
      await recordSignInAttempt({ id: userId }, "too_many_attempts", origin);
    throw error;
  }
}

export async function forgiveCodeAttempts(userId: string, origin: Origin): Promise<void> {
  await runtime().signInThrottle.forgive(throttleName(userId), origin.ip ?? "unknown");
}

/** No email looks like it, so that the password's count is another. */
function throttleName(userId: string): string {
  return `second-step:${userId}`;
}
