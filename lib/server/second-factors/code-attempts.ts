import { isAppError } from "@/lib/contracts/app-error";
import type { Origin } from "../actor";
import { recordSignInAttempt } from "../logs/record-sign-in-attempt";
import { runtime } from "../runtime";

/** Kinds of codes. Each has its own count, so that an attacker who uses up one can't lock the owner out of the others. */
const codeKinds = ["authenticator", "email", "recovery"] as const;
export type CodeKind = (typeof codeKinds)[number];

/**
 * Counts an attempt before checking the code. This is in addition to the five attempts per sign-in: someone with the
 * password could start new sign-ins to keep guessing (S08). For recovery codes, which are too long to guess, only the
 * address is counted.
 * @throws AppError `too_many_attempts`
 */
export async function countCodeAttempt(userId: string, kind: CodeKind, origin: Origin): Promise<void> {
  const { signInThrottle } = runtime();
  const address = origin.ip ?? "unknown";
  try {
    if (kind === "recovery") await signInThrottle.countAddress(address);
    else await signInThrottle.count(throttleName(userId, kind), address);
  } catch (error) {
    if (isAppError(error) && error.code === "too_many_attempts")
      await recordSignInAttempt({ id: userId }, "too_many_attempts", origin);
    throw error;
  }
}

export async function forgiveCodeAttempts(userId: string, kind: CodeKind, origin: Origin): Promise<void> {
  await runtime().signInThrottle.forgive(throttleName(userId, kind), origin.ip ?? "unknown");
}

/** After a password reset: an attacker who knew the old password may have used up the counts. */
export async function forgiveAllCodeAttempts(userId: string): Promise<void> {
  const { signInThrottle } = runtime();
  await Promise.all([
    signInThrottle.forgiveConfirmations(userId),
    ...codeKinds.map((kind) => signInThrottle.forgiveAccount(throttleName(userId, kind))),
  ]);
}

/** Can't be an email address, so it never shares a count with a password. */
function throttleName(userId: string, kind: CodeKind): string {
  return `second-step:${kind}:${userId}`;
}
