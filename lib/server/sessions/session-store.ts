import { randomBytes } from "node:crypto";
import type { Origin } from "../actor";
import { Prisma } from "../generated/prisma/client";
import { newId } from "../new-id";
import { db, runtime } from "../runtime";
import { sha256 } from "../sha256";
import type { Proof } from "./proof";
import type { SingleSignOn } from "./requires-single-sign-on";

/** A signed-in browser and its person. */
export type CurrentSession = {
  id: string;
  userId: string;
  userName: string;
  email: string;
  /** Whether the person proved who they are recently enough for a sensitive action. */
  recentlyAuthenticated: boolean;
  /** Until the second step is done, the session opens nothing but that step (S14). */
  needsSecondFactor: boolean;
  /** The identity for which the OpenID provider vouched in this session, where it did. */
  singleSignOn: SingleSignOn | null;
  expiresAt: Date;
};

/** Begins a session. The token is returned once, for the cookie; the row keeps its SHA-256. */
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
 * The session of a token, if it has ended neither by idleness nor by age; all by the database's clock.
 * @param active Whether the person acts. A page that polls by itself does not keep a session alive (S20).
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
 * After a person proved again who they are, or did their second step: the session gets a new token, owes nothing, and the old
 * token is worth nothing (S19).
 * @param proof Null where what was done confirms nobody, such as a mailed code: what was proven before stays as old as it is.
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

/** The OpenID provider vouched for the person of the session, by an identity of theirs. */
export async function recordSingleSignOn(token: string, signedOn: SingleSignOn | null): Promise<void> {
  if (!signedOn) return;
  const { issuer, subject, domain } = signedOn;
  await db()
    .$executeRaw`UPDATE sessions SET sso_domain = ${domain}, sso_issuer = ${issuer}, sso_subject = ${subject} WHERE token_hash = ${sha256(token)}`;
}

/** What an identity vouched for in the person's sessions, it no longer does: it is not theirs any more. */
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

/** Rows that can no longer be used. Run by the clock; correctness does not hang on it. */
export async function deleteEndedSessions(): Promise<void> {
  const { sessionIdleSeconds } = runtime().env;
  await db()
    .$executeRaw`DELETE FROM sessions WHERE expires_at < now() OR last_active_at < now() - make_interval(secs => ${sessionIdleSeconds})`;
}

/** By the database's clock, as everything that is asked of a session is. */
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
