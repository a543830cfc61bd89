import { recordSignInAttempt } from "../access-log/record-sign-in-attempt";
import type { Origin } from "../actor";
import { AppError } from "../app-error";
import { db } from "../runtime";
import { countCodeAttempt, forgiveCodeAttempts } from "./code-attempts";
import { takeTotpCode } from "./totp-code";

/**
 * A signed-in person confirms who they are with their authenticator app. Each attempt is an access-log row before the answer.
 * @throws AppError `incorrect_code`, `too_many_attempts`
 */
export async function checkAuthenticatorCode(userId: string, code: string, origin: Origin): Promise<void> {
  await countCodeAttempt(userId, "confirmation", origin);
  const right = await db().$transaction((transaction) => takeTotpCode(transaction, userId, code));
  if (right) await forgiveCodeAttempts(userId, "confirmation", origin);
  await recordSignInAttempt({ id: userId }, right ? "reauthenticated" : "incorrect_code", origin);
  if (!right) throw new AppError("incorrect_code");
}
