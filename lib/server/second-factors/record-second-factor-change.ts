import type { Origin } from "../actor";
import { recordAccountEvent } from "../audit/record-audit-event";
import type { Prisma } from "../generated/prisma/client";
import { notifySecondFactorChanged } from "../mail/security-notices";
import type { CurrentSession } from "../sessions/session-store";

/** Audit actions with the sentence that the mail to the person uses. */
const changes = {
  "account.authenticator_set_up": "an authenticator app was set up",
  "account.authenticator_turned_off": "the authenticator app was turned off",
  "account.passkey_added": "a passkey was added",
  "account.passkey_renamed": "a passkey was renamed",
  "account.passkey_removed": "a passkey was removed",
  "account.email_codes_turned_on": "email codes were turned on",
  "account.email_codes_turned_off": "email codes were turned off",
  "account.recovery_codes_made": "new recovery codes replaced the old ones",
  "account.recovery_code_used": "a recovery code was used to sign in",
} as const;

/**
 * Records the change and mails the person, in the same transaction (S18).
 * @param passkey The name of the passkey that was changed, and the one before if it was renamed.
 */
export async function recordSecondFactorChange(
  transaction: Prisma.TransactionClient,
  session: CurrentSession,
  action: keyof typeof changes,
  origin: Origin,
  passkey?: { name: string; before?: string },
): Promise<void> {
  const user = { id: session.userId, name: session.userName };
  const { name, before } = passkey ?? {};
  const details = {
    ...(name !== undefined && { name: before === undefined ? name : { from: before, to: name } }),
  };
  await recordAccountEvent(transaction, user, action, origin, { details });
  const which = name === undefined ? "" : ` (“${name}”)`;
  await notifySecondFactorChanged(transaction, session, changes[action] + which);
}
