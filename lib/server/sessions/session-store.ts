import { randomBytes } from "node:crypto";
import type { Origin } from "../actor";
import { hashSecret } from "../api-keys/key-format";
import type { Prisma } from "../generated/prisma/client";
import { newId } from "../new-id";
import { db, runtime } from "../runtime";

/** A signed-in browser and its person. */
export type CurrentSession = {
  id: string;
  userId: string;
  userName: string;
  email: string;
  /** Whether the person proved who they are recently enough for a sensitive action. */
  recentlyAuthenticated: boolean;
  /** Until the second step is done, the session opens nothing but that step (S14). */
  owesSecondStep: boolean;
  /** The email domain for which the OpenID provider vouched in this session, where it did. */
  ssoDomain: string | null;
  expiresAt: Date;
};

/** Begins a session. The token is returned once, for the cookie; the row keeps its SHA-256. */
export async function createSession(
  userId: string,
  origin: Origin,
  owesSecondStep = false,
): Promise<{ token: string; expiresAt: Date }> {
  const token = newToken();
  const [row] = await db().$queryRaw<{ expiresAt: Date }[]>`
    INSERT INTO sessions (id, token_hash, user_id, owes_second_step, authenticated_at, last_active_at, expires_at, ip, user_agent)
    VALUES (${newId("ses")}, ${hashSecret(token)}, ${userId}, ${owesSecondStep}, now(), now(), now() + make_interval(secs => ${runtime().env.sessionMaxSeconds}),
      ${origin.ip}, ${origin.userAgent})
    RETURNING expires_at AS "expiresAt"`;
  return { token, expiresAt: (row as { expiresAt: Date }).expiresAt };
}

/**
 * The session of a token, if it has ended neither by idleness nor by age; all by the database's clock.
 * @param active Whether the person acts. A page that polls by itself does not keep a session alive (S20).
 */
export async function findSession(token: string, active: boolean): Promise<CurrentSession | null> {
  const { sessionIdleSeconds, reauthenticateSeconds } = runtime().env;
  const [session] = await db().$queryRaw<CurrentSession[]>`
    WITH found AS (
      SELECT * FROM sessions WHERE token_hash = ${hashSecret(token)} AND expires_at > now()
        AND last_active_at > now() - make_interval(secs => ${sessionIdleSeconds})
    ), touched AS (
      UPDATE sessions SET last_active_at = now() FROM found
      WHERE sessions.id = found.id AND ${active} AND found.last_active_at < now() - interval '1 second'
    )
    SELECT found.id, found.user_id AS "userId", users.name AS "userName", users.email, found.expires_at AS "expiresAt",
      found.authenticated_at > now() - make_interval(secs => ${reauthenticateSeconds}) AS "recentlyAuthenticated",
      found.owes_second_step AS "owesSecondStep", found.sso_domain AS "ssoDomain"
    FROM found JOIN users ON users.id = found.user_id AND users.disabled_at IS NULL`;
  return session ?? null;
}

/**
 * After a person proved again who they are, or did their second step: the session gets a new token, owes nothing, and the old
 * token is worth nothing (S19).
 */
export async function renewSessionToken(
  oldToken: string,
  database: Prisma.TransactionClient = db(),
): Promise<string | null> {
  const token = newToken();
  const count = await database.$executeRaw`
    UPDATE sessions SET token_hash = ${hashSecret(token)}, owes_second_step = false, wrong_codes = 0, authenticated_at = now(), last_active_at = now()
    WHERE token_hash = ${hashSecret(oldToken)}`;
  return count === 1 ? token : null;
}

/** The OpenID provider vouched for the person of the session, with an address of this domain. */
export async function noteSingleSignOn(token: string, domain: string | null): Promise<void> {
  if (domain)
    await db()
      .$executeRaw`UPDATE sessions SET sso_domain = ${domain} WHERE token_hash = ${hashSecret(token)}`;
}

export async function endSession(token: string): Promise<void> {
  await db().session.deleteMany({ where: { tokenHash: Uint8Array.from(hashSecret(token)) } });
}

/** Rows that can no longer be used. Run by the clock; correctness does not hang on it. */
export async function deleteEndedSessions(): Promise<void> {
  const { sessionIdleSeconds } = runtime().env;
  await db()
    .$executeRaw`DELETE FROM sessions WHERE expires_at < now() OR last_active_at < now() - make_interval(secs => ${sessionIdleSeconds})`;
}

function newToken(): string {
  return randomBytes(32).toString("base64url");
}
