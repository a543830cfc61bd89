import type { Origin } from "../actor";
import { notifyNewDevice } from "../mail/security-notices";
import { db } from "../runtime";
import { sha256 } from "../sha256";
import { personOf } from "./person";

const rememberedDays = 400;

/**
 * Records that a person signed in with this browser, and sends mail if the browser is new. The account's first
 * browser triggers no mail.
 * @param token The value of the browser's device cookie.
 */
export async function recordDevice(userId: string, token: string, origin: Origin): Promise<void> {
  const tokenHash = sha256(token);
  await db().$transaction(async (transaction) => {
    const [{ fresh } = { fresh: false }] = await transaction.$queryRaw<{ fresh: boolean }[]>`
      INSERT INTO devices (user_id, token_hash, user_agent) VALUES (${userId}, ${tokenHash}, ${origin.userAgent})
      ON CONFLICT (user_id, token_hash) DO UPDATE SET last_seen_at = now(), user_agent = excluded.user_agent
      RETURNING xmax = 0 AS fresh`;
    if (!fresh || (await transaction.device.count({ where: { userId }, take: 2 })) < 2) return;
    const user = personOf(await transaction.user.findUniqueOrThrow({ where: { id: userId } }));
    await notifyNewDevice(transaction, user, origin);
  });
}

/** The cookies of these devices have expired too. Runs as a scheduled job; nothing depends on when. */
export async function deleteOldDevices(): Promise<void> {
  await db()
    .$executeRaw`DELETE FROM devices WHERE last_seen_at < now() - make_interval(days => ${rememberedDays})`;
}
