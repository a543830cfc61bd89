import { randomBytes } from "node:crypto";
import type { PasskeyPurpose, Prisma } from "../generated/prisma/client";
import { db } from "../runtime";
import { sha256 } from "../sha256";

export const challengeSeconds = 5 * 60;

/**
 * Something new to sign, for one purpose.
 * @param boundTo The id of the session, or the token of a browser that has none. Its earlier challenge is worth nothing now.
 */
export async function makeChallenge(
  purpose: PasskeyPurpose,
  boundTo: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const challenge = Uint8Array.from(randomBytes(32));
  const challengeHash = sha256(Buffer.from(challenge).toString("base64url"));
  await db().$executeRaw`
    INSERT INTO passkey_challenges (purpose, bound_to, challenge_hash, expires_at)
    VALUES (${purpose}::"PasskeyPurpose", ${sha256(boundTo)}, ${challengeHash}, now() + make_interval(secs => ${challengeSeconds}))
    ON CONFLICT (purpose, bound_to) DO UPDATE
      SET challenge_hash = EXCLUDED.challenge_hash, expires_at = EXCLUDED.expires_at`;
  return challenge;
}

/**
 * Uses up the challenge, whatever becomes of the answer to it: of several answers at once, one is judged (S17).
 * @returns What tells whether a challenge, in base64url, is the one.
 */
export async function takeChallenge(
  purpose: PasskeyPurpose,
  boundTo: string,
  database: Prisma.TransactionClient,
): Promise<(challenge: string) => boolean> {
  const [row] = await database.$queryRaw<{ challengeHash: Uint8Array; live: boolean }[]>`
    DELETE FROM passkey_challenges WHERE purpose = ${purpose}::"PasskeyPurpose" AND bound_to = ${sha256(boundTo)}
    RETURNING challenge_hash AS "challengeHash", expires_at > now() AS live`;
  return (challenge) => row?.live === true && Buffer.from(row.challengeHash).equals(sha256(challenge));
}

/** Nobody can answer them any more. Run by the clock; correctness does not hang on it. */
export async function deleteOldChallenges(): Promise<void> {
  await db().$executeRaw`DELETE FROM passkey_challenges WHERE expires_at < now()`;
}
