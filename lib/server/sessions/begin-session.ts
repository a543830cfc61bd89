import type { Origin } from "../actor";
import { hasSecondFactor } from "./has-second-factor";
import type { Proof } from "./proof";
import { createSession, endSession } from "./session-store";

/**
 * Where every way in ends: a new session, which owes its second step where the account has one. The browser's previous
 * session ends with it, so that a token from before the sign-in is worth nothing (S19).
 * @param proof What the person proved who they are with; null where the way in proves nothing, such as a provider that does not say
 * when it asked. A passkey is both factors at once: its holder has it, and was checked by it.
 */
export async function beginSession(
  userId: string,
  origin: Origin,
  previousToken: string | null,
  proof: Proof | null,
): Promise<{ token: string; expiresAt: Date; needsSecondFactor: boolean }> {
  const needsSecondFactor = proof?.by !== "passkey" && (await hasSecondFactor(userId));
  if (previousToken) await endSession(previousToken);
  return { ...(await createSession(userId, origin, proof, needsSecondFactor)), needsSecondFactor };
}
