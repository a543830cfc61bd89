import type { Origin } from "../actor";
import { hasSecondFactor } from "./has-second-factor";
import type { Proof } from "./proof";
import { createSession, endSession } from "./session-store";

/**
 * Creates the session at the end of every sign-in. If the account has a second factor, the session must complete it
 * first. The browser's previous session is deleted, so that its token stops working (S19).
 * @param proof How the person proved their identity. Null if they didn't, for example with a provider that doesn't
 * report when it last asked them to sign in. A passkey counts as both factors: the person has it and was verified by
 * it.
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
