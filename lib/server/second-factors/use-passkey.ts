import { AppError, isAppError } from "@/lib/contracts/app-error";
import type { PasskeyAssertionInput } from "@/lib/contracts/passkey-input";
import type { Origin } from "../actor";
import { recordSignInAttempt } from "../logs/record-sign-in-attempt";
import { runtime } from "../runtime";
import { isAccountDisabled } from "../sessions/person";
import type { CurrentSession } from "../sessions/session-store";
import { askForPasskey, checkAssertion } from "./check-assertion";

/**
 * Options for signing in with any passkey.
 * @param browser A token in the browser's cookie. Only this browser can answer the challenge.
 * @throws AppError `too_many_attempts` for an address that requests too many challenges without answering.
 */
export async function askToSignIn(browser: string, origin: Origin) {
  try {
    await runtime().signInThrottle.countPasskey(origin.ip ?? "unknown");
  } catch (error) {
    if (isAppError(error)) await recordSignInAttempt(null, "too_many_attempts", origin);
    throw error;
  }
  return askForPasskey({ purpose: "sign_in", boundTo: browser, userId: null });
}

/**
 * Signs in with a passkey. It counts as both factors, because it verified the user. Failed password attempts don't
 * affect it (S08). Each attempt is written to the access log before the response.
 * @returns The id of the passkey's user.
 * @throws AppError `passkey_refused`
 */
export async function checkPasskeySignIn(
  assertion: PasskeyAssertionInput,
  browser: string,
  origin: Origin,
): Promise<string> {
  const question = { purpose: "sign_in", boundTo: browser, userId: null } as const;
  const { userId, passed } = await checkAssertion(assertion, question);
  const known = userId === null ? null : { id: userId };
  const disabled = passed && userId !== null && (await isAccountDisabled(userId));
  const signedIn = disabled ? "account_disabled" : "signed_in_with_passkey";
  await recordSignInAttempt(known, passed ? signedIn : "passkey_refused", origin);
  if (!passed || userId === null) throw new AppError("passkey_refused");
  if (disabled) throw new AppError("account_disabled");
  await runtime().signInThrottle.forgivePasskey(origin.ip ?? "unknown");
  return userId;
}

/**
 * Confirms a signed-in person's identity with a passkey.
 * @throws AppError `passkey_refused`
 */
export async function reauthenticateByPasskey(
  { id: boundTo, userId }: CurrentSession,
  assertion: PasskeyAssertionInput,
  origin: Origin,
): Promise<void> {
  const { passed } = await checkAssertion(assertion, { purpose: "reauthenticate", boundTo, userId });
  await recordSignInAttempt({ id: userId }, passed ? "reauthenticated" : "passkey_refused", origin);
  if (!passed) throw new AppError("passkey_refused");
}
