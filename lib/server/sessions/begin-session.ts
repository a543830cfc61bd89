import type { Origin } from "../actor";
import { hasSecondStep } from "../second-steps/has-second-step";
import { createSession, endSession } from "./session-store";

/**
 * Where every way in ends: a new session, which owes its second step where the account has one. The browser's previous
 * session ends with it, so that a token from before the sign-in is worth nothing (S19).
 * @param wasBothSteps The way in proved two things at once, as a passkey does: its holder has it, and is who they say.
 */
export async function beginSession(
  userId: string,
  origin: Origin,
  previousToken: string | null,
  wasBothSteps = false,
): Promise<{ token: string; expiresAt: Date; owesSecondStep: boolean }> {
  const owesSecondStep = !wasBothSteps && (await hasSecondStep(userId));
  if (previousToken) await endSession(previousToken);
  return { ...(await createSession(userId, origin, owesSecondStep)), owesSecondStep };
}
