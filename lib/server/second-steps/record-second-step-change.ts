import type { Origin } from "../actor";
import { recordAccountEvent } from "../audit/record-audit-event";
import type { Prisma } from "../generated/prisma/client";
import { noticeSecondStepChanged } from "../mail/security-notices";
import type { CurrentSession } from "../sessions/session-store";

/** Each change of a second step as an audit event, and as the end of the sentence that the mail to its person says. */
const changes = {
  "account.authenticator_set_up": "an authenticator app was set up, and other sessions were signed out",
  "account.authenticator_turned_off": "the authenticator app was turned off, and its recovery codes ended",
  "account.recovery_codes_made": "new recovery codes took the place of the old ones",
  "account.recovery_code_used": "a recovery code was used to sign in",
} as const;

/** Writes the change down and tells its person by mail, in the transaction of the change (S18). */
export async function recordSecondStepChange(
  transaction: Prisma.TransactionClient,
  session: CurrentSession,
  action: keyof typeof changes,
  origin: Origin,
): Promise<void> {
  const user = { id: session.userId, name: session.userName };
  await recordAccountEvent(transaction, user, action, { type: "user", ...user }, origin);
  await noticeSecondStepChanged(transaction, session, changes[action]);
}
