import { listConnectedAccounts } from "../accounts/identities/manage-identities";
import { listAccountActivity } from "../audit/list-audit-events";
import { getTwoStepState } from "../second-factors/authenticator";
import { listPasskeys } from "../second-factors/manage-passkeys";
import { listSessions } from "../sessions/manage-sessions";
import type { CurrentSession } from "../sessions/session-store";

// What people read of their own account, for both the JSON routes and the pages. The caller has checked that the session is
// valid and needs no second factor.

export const readTwoStep = (session: CurrentSession) => getTwoStepState(session.userId);

export async function readSessionList(session: CurrentSession) {
  return { sessions: await listSessions(session) };
}

export async function readPasskeyList(session: CurrentSession) {
  return { passkeys: await listPasskeys(session.userId) };
}

export async function readConnectedAccountList(session: CurrentSession) {
  return { connectedAccounts: await listConnectedAccounts(session.userId) };
}

export async function readAccountActivity(session: CurrentSession) {
  return { events: await listAccountActivity(session.userId) };
}
