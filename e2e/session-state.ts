import { inDatabase } from "./fixtures";

// These change all of a person's sessions as if time had passed.

const whereUser = "WHERE user_id = (SELECT id FROM users WHERE email = $1)";

export function endSessions(email: string): Promise<void> {
  return inDatabase(`UPDATE sessions SET expires_at = now() ${whereUser}`, [email]);
}

export function endSessionsIn(email: string, interval: string): Promise<void> {
  return inDatabase(`UPDATE sessions SET expires_at = now() + $2::interval ${whereUser}`, [email, interval]);
}

export function leaveSessionsIdle(email: string, interval: string): Promise<void> {
  return inDatabase(`UPDATE sessions SET last_active_at = now() - $2::interval ${whereUser}`, [
    email,
    interval,
  ]);
}

/** Makes the last authentication too old for sensitive actions. */
export function forgetProof(email: string): Promise<void> {
  return inDatabase(`UPDATE sessions SET authenticated_at = now() - interval '1 hour' ${whereUser}`, [email]);
}
