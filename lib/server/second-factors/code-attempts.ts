import { isAppError } from "@/lib/contracts/app-error";
import type { Origin } from "../actor";
import { recordSignInAttempt } from "../logs/record-sign-in-attempt";
import { runtime } from "../runtime";

/** What a code is for. Each is counted apart: a stranger who uses up one must not keep the owner from the others. */
const codeKinds = ["authenticator", "email", "recovery"] as const;
export type CodeKind = (typeof codeKinds)[number];

/**
 * Counts an attempt at a person's codes before it is judged. Beside the five of one sign-in: a person with the password can sign
 * in again and again, and must not go on guessing with each (S08). A recovery code is too long to be guessed, so only the address
 * is counted for it.
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

/** After a reset of the password: a stranger who knew the old one may have used up every count. */
export async function forgiveAllCodeAttempts(userId: string): Promise<void> {
  const { signInThrottle } = runtime();
  await Promise.all([
    signInThrottle.forgiveConfirmations(userId),
    ...codeKinds.map((kind) => signInThrottle.forgiveAccount(throttleName(userId, kind))),
  ]);
}

/** No email looks like it, so that the password's count is another. */
function throttleName(userId: string, kind: CodeKind): string {
  return `second-step:${kind}:${userId}`;
}
