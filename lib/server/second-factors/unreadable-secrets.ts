import type { Origin } from "../actor";
import { operator, recordAccountEvent } from "../audit/record-audit-event";
import { mailSeal } from "../mail/queue-mail";
import { notifySecondFactorChanged } from "../mail/security-notices";
import { db } from "../runtime";
import { unseal } from "../seal";
import { type Person, personOf } from "../sessions/person";
import { deleteCodesWithLastFactor } from "./recovery-codes";
import { totpContext } from "./totp-code";

const pageSize = 500;
const origin: Origin = { ip: null, userAgent: "keyward", requestId: null };

/** Values that can't be decrypted with any of ENCRYPTION_KEYS. */
export type Unreadable = {
  authenticators: { person: Person; sealed: Uint8Array<ArrayBuffer> }[];
  mails: number[];
};

/** Tries ENCRYPTION_KEYS on everything encrypted in the database: authenticator secrets and queued mail. */
export async function findUnreadable(): Promise<Unreadable> {
  const found: Unreadable = { authenticators: [], mails: [] };
  for (let after = ""; ; ) {
    const factors = await db().totpFactor.findMany({
      where: { userId: { gt: after } },
      include: { user: true },
      orderBy: { userId: "asc" },
      take: pageSize,
    });
    for (const { userId, secret, user } of factors)
      if (!opens(secret, totpContext(userId)))
        found.authenticators.push({ person: personOf(user), sealed: secret });
    if (factors.length < pageSize) break;
    after = factors.at(-1)?.userId ?? "";
  }
  for (let after = 0; ; ) {
    const mails = await db().$queryRaw<{ id: bigint | number; sealed: Uint8Array }[]>`
      SELECT id, sealed FROM mail.outbox WHERE id > ${after} ORDER BY id LIMIT ${pageSize}`;
    for (const { id, sealed } of mails) if (!opens(sealed, mailSeal)) found.mails.push(Number(id));
    if (mails.length < pageSize) break;
    after = Number(mails.at(-1)?.id);
  }
  return found;
}

/**
 * Deletes the unreadable values. A person whose authenticator app is removed is signed out and told by mail. They can
 * sign in with a passkey, email codes, or the password alone. Recovery codes are hashes, and are deleted only with
 * the last second factor.
 */
export async function discardUnreadable({ authenticators, mails }: Unreadable): Promise<void> {
  for (const { person, sealed } of authenticators)
    await db().$transaction(async (transaction) => {
      const { id: userId } = person;
      // Compare: the app may have been set up again in the meantime.
      const { count } = await transaction.totpFactor.deleteMany({ where: { userId, secret: sealed } });
      if (count === 0) return;
      await deleteCodesWithLastFactor(transaction, userId);
      await transaction.session.deleteMany({ where: { userId } });
      await recordAccountEvent(transaction, person, "account.authenticator_turned_off", origin, {
        by: operator,
      });
      const what = "the operator of this server removed your authenticator app because its secret was lost";
      await notifySecondFactorChanged(transaction, person, what);
    });
  for (const id of mails) await db().$executeRaw`DELETE FROM mail.outbox WHERE id = ${id}`;
}

function opens(sealed: Uint8Array, context: string): boolean {
  try {
    unseal(sealed, context);
    return true;
  } catch {
    return false;
  }
}
