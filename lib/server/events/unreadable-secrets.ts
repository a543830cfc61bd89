import { randomBytes } from "node:crypto";
import { db } from "../runtime";
import { pauseItself } from "./pause-subscription";
import { openSecret, sealSecret } from "./secret-seal";

const pageSize = 500;

/** A subscription with a signing secret that can't be decrypted with any of ENCRYPTION_KEYS. */
export type UnreadableSecret = {
  subscriptionId: string;
  workspaceId: string;
  sealedSecret: Uint8Array<ArrayBuffer>;
  /** The one that signs. Otherwise only the previous one can't be decrypted. */
  isCurrent: boolean;
};

/** Tries ENCRYPTION_KEYS on every signing secret. */
export async function findUnreadableSecrets(): Promise<UnreadableSecret[]> {
  const found: UnreadableSecret[] = [];
  for (let after = ""; ; ) {
    const page = await db().eventSubscription.findMany({
      where: { id: { gt: after } },
      select: { id: true, workspaceId: true, sealedSecret: true, sealedPreviousSecret: true },
      orderBy: { id: "asc" },
      take: pageSize,
    });
    for (const { id, workspaceId, sealedSecret, sealedPreviousSecret } of page) {
      const isCurrent = !openSecret(id, sealedSecret);
      const isPrevious = sealedPreviousSecret !== null && !openSecret(id, sealedPreviousSecret);
      if (isCurrent || isPrevious) found.push({ subscriptionId: id, workspaceId, sealedSecret, isCurrent });
    }
    if (page.length < pageSize) return found;
    after = page.at(-1)?.id ?? "";
  }
}

/**
 * Removes the unreadable secrets. A subscription whose current one is removed is paused, and its owner told by mail: its deliveries
 * wait until someone sets a new secret. Until then it has a random one, which is never shown.
 */
export async function discardUnreadableSecrets(found: readonly UnreadableSecret[]): Promise<void> {
  for (const { subscriptionId: id, sealedSecret, isCurrent } of found)
    await db().$transaction(async (transaction) => {
      const { count } = await transaction.eventSubscription.updateMany({
        // Compare: it may have been set again in the meantime.
        where: { id, sealedSecret },
        data: {
          ...{ sealedPreviousSecret: null, previousSecretExpiresAt: null, updatedAt: new Date() },
          ...(isCurrent && { sealedSecret: sealSecret(id, randomBytes(32).toString("base64")) }),
        },
      });
      if (count === 1 && isCurrent) await pauseItself(transaction, id, "secret_lost");
    });
}
