import { randomBytes } from "node:crypto";
import type { PasskeyPurpose, Prisma } from "../generated/prisma/client";
import { db } from "../runtime";
import { sha256 } from "../sha256";

export const challengeSeconds = 5 * 60;

/**
 * Creates a challenge to sign for one purpose.
 * @param boundTo The session id, or a token of a browser without a session. Its previous challenge stops working.
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
 * Uses up the challenge, whatever the result. Of concurrent responses, only one is checked (S17).
 * @returns A function that checks a base64url challenge.
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

/** Deletes expired challenges. Runs as a scheduled job; nothing depends on when. */
export async function deleteOldChallenges(): Promise<void> {
  await db().$executeRaw`DELETE FROM passkey_challenges WHERE expires_at < now()`;
}
