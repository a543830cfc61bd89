import type { Origin } from "../actor";
import { readSessionToken } from "../auth/session-cookie";
import { hasSecondStep } from "../second-steps/has-second-step";
import { createSession, endSession } from "./session-store";

/** How a person proved who they are. A passkey with user verification is two factors in one. */
export type WayIn = "password" | "passkey" | "provider" | "mailed_link";

/**
 * Where every way in ends: a new session, which owes its second step where the account has one and the way in was only one
 * factor. The browser's previous session ends with it, so that a token from before the sign-in is worth nothing (S19).
 */
export async function beginSession(
  userId: string,
  wayIn: WayIn,
  origin: Origin,
  cookieHeader: string | null,
): Promise<{ token: string; expiresAt: Date; owesSecondStep: boolean }> {
  const owesSecondStep = wayIn !== "passkey" && (await hasSecondStep(userId));
  const previous = readSessionToken(cookieHeader);
  if (previous) await endSession(previous);
  return { ...(await createSession(userId, origin, owesSecondStep)), owesSecondStep };
}
