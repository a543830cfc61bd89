import { inDatabase } from "./fixtures";

// What time alone would do to every session of a person, done at once.

const theirs = "WHERE user_id = (SELECT id FROM users WHERE email = $1)";

export function endSessions(email: string): Promise<void> {
  return inDatabase(`UPDATE sessions SET expires_at = now() ${theirs}`, [email]);
}

export function endSessionsIn(email: string, interval: string): Promise<void> {
  return inDatabase(`UPDATE sessions SET expires_at = now() + $2::interval ${theirs}`, [email, interval]);
}

export function leaveSessionsIdle(email: string, interval: string): Promise<void> {
  return inDatabase(`UPDATE sessions SET last_active_at = now() - $2::interval ${theirs}`, [email, interval]);
}

/** Their last proof of who they are is too old for what is sensitive. */
export function forgetProof(email: string): Promise<void> {
  return inDatabase(`UPDATE sessions SET authenticated_at = now() - interval '1 hour' ${theirs}`, [email]);
}
