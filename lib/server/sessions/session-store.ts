import { randomBytes } from "node:crypto";
import type { Origin } from "../actor";
import { Prisma } from "../generated/prisma/client";
import { newId } from "../new-id";
import { db, runtime } from "../runtime";
import { sha256 } from "../sha256";
import type { Proof } from "./proof";
import type { SingleSignOn } from "./requires-single-sign-on";

/** A session and its user. */
export type CurrentSession = {
  id: string;
  userId: string;
  userName: string;
  email: string;
  /** Whether the person confirmed their identity recently enough for sensitive actions. */
  recentlyAuthenticated: boolean;
  /** Until the second factor is completed, the session can call only the routes for that (S14). */
  needsSecondFactor: boolean;
  /** The identity that the OpenID provider vouched for in this session, if any. */
  singleSignOn: SingleSignOn | null;
  expiresAt: Date;
};

/** Creates a session. Only the returned token goes into the cookie; the row stores its SHA-256. */
export async function createSession(
  userId: string,
  origin: Origin,
  proof: Proof | null,
  needsSecondFactor = false,
): Promise<{ token: string; expiresAt: Date }> {
  const token = newToken();
  const { by, at } = toSql(proof);
  const [row] = await db().$queryRaw<{ expiresAt: Date }[]>`
    INSERT INTO sessions (id, token_hash, user_id, owes_second_step, proven_by, authenticated_at, last_active_at, expires_at, ip, user_agent)
    VALUES (${newId("ses")}, ${sha256(token)}, ${userId}, ${needsSecondFactor}, ${by}, ${at}, now(), now() + make_interval(secs => ${runtime().env.sessionMaxSeconds}),
      ${origin.ip}, ${origin.userAgent})
    RETURNING expires_at AS "expiresAt"`;
  return { token, expiresAt: (row as { expiresAt: Date }).expiresAt };
}

/**
 * Finds an active session by its token. Idle time and maximum age follow the database's clock.
 * @param active Whether the person acted. Background polling doesn't extend a session (S20).
 */
export async function findSession(token: string, active: boolean): Promise<CurrentSession | null> {
  const { sessionIdleSeconds, reauthenticateSeconds } = runtime().env;
  const [session] = await db().$queryRaw<CurrentSession[]>`
    WITH found AS (
      SELECT * FROM sessions WHERE token_hash = ${sha256(token)} AND expires_at > now()
        AND last_active_at > now() - make_interval(secs => ${sessionIdleSeconds})
    ), touched AS (
      UPDATE sessions SET last_active_at = now() FROM found
      WHERE sessions.id = found.id AND ${active} AND found.last_active_at < now() - interval '1 second'
    )
    SELECT found.id, found.user_id AS "userId", users.name AS "userName", users.email, found.expires_at AS "expiresAt",
      coalesce(found.authenticated_at > now() - make_interval(secs => ${reauthenticateSeconds}), false) AS "recentlyAuthenticated",
      found.owes_second_step AS "needsSecondFactor",
      CASE WHEN found.sso_domain IS NOT NULL THEN
        jsonb_build_object('issuer', found.sso_issuer, 'subject', found.sso_subject, 'domain', found.sso_domain)
      END AS "singleSignOn"
    FROM found JOIN users ON users.id = found.user_id AND users.disabled_at IS NULL`;
  return session ?? null;
}

/**
 * Replaces a session's token after the person confirmed who they are or completed the second factor. The old token
 * stops working (S19).
 * @param proof Null if the step proves nothing, such as an email code. The earlier proof then stays.
 */
export async function renewSessionToken(
  oldToken: string,
  proof: Proof | null,
  database: Prisma.TransactionClient = db(),
): Promise<string | null> {
  const token = newToken();
  const { by, at } = toSql(proof);
  const count = await database.$executeRaw`
    UPDATE sessions SET token_hash = ${sha256(token)}, owes_second_step = false, wrong_codes = 0, last_active_at = now(),
      proven_by = CASE WHEN ${at} > coalesce(authenticated_at, '-infinity') THEN ${by} ELSE proven_by END,
      authenticated_at = greatest(authenticated_at, ${at})
    WHERE token_hash = ${sha256(oldToken)}`;
  return count === 1 ? token : null;
}

/** Records that the OpenID provider vouched for an identity in this session. */
export async function recordSingleSignOn(token: string, signedOn: SingleSignOn | null): Promise<void> {
  if (!signedOn) return;
  const { issuer, subject, domain } = signedOn;
  await db()
    .$executeRaw`UPDATE sessions SET sso_domain = ${domain}, sso_issuer = ${issuer}, sso_subject = ${subject} WHERE token_hash = ${sha256(token)}`;
}

/** Removes an identity from the person's sessions after it was disconnected. */
export async function forgetSingleSignOn(
  database: Prisma.TransactionClient,
  userId: string,
  issuer: string,
): Promise<void> {
  const none = { ssoDomain: null, ssoIssuer: null, ssoSubject: null };
  await database.session.updateMany({ where: { userId, ssoIssuer: issuer }, data: none });
}

export async function endSession(token: string): Promise<void> {
  await db().session.deleteMany({ where: { tokenHash: sha256(token) } });
}

/** Deletes expired sessions. Runs as a scheduled job; nothing depends on when. */
export async function deleteEndedSessions(): Promise<void> {
  const { sessionIdleSeconds } = runtime().env;
  await db()
    .$executeRaw`DELETE FROM sessions WHERE expires_at < now() OR last_active_at < now() - make_interval(secs => ${sessionIdleSeconds})`;
}

/** Session times use the database's clock. */
function toSql(proof: Proof | null): { by: Prisma.Sql; at: Prisma.Sql } {
  if (!proof) return { by: Prisma.sql`NULL::"ProofKind"`, at: Prisma.sql`NULL::timestamptz` };
  return {
    by: Prisma.sql`${proof.by}::"ProofKind"`,
    at: proof.at === "now" ? Prisma.sql`now()` : Prisma.sql`least(${proof.at}::timestamptz, now())`,
  };
}

function newToken(): string {
  return randomBytes(32).toString("base64url");
}
