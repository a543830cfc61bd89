import type { Receipt } from "@/lib/engine/leases/rejection-watch";
import type { Actor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import { recordEventsEarly } from "../audit/record-events-early";
import { pauseForKeys } from "../events/pause-subscription";
import type { ApiKey, Prisma } from "../generated/prisma/client";
import { db, runtime } from "../runtime";
import { findCreatedKeys } from "./find-created-keys";
import { requireManageable, requireVisibleKey } from "./key-access";
import { lockNewKeys } from "./require-room-for-key";

/** For hundreds of keys on a slow machine. */
const timeoutMs = 60_000;

export type Revocation = { key: ApiKey & { revokedAt: Date }; rejectedEverywhere: Receipt };

/**
 * Revokes a key permanently. When this returns, no instance accepts the key for a request that starts later: each
 * instance has acknowledged the revocation or can no longer decide from memory. A repeated call returns the original
 * time, and also waits, because the first call may still be waiting.
 * @throws AppError `not_found`, `insufficient_permissions`; `unavailable` if it isn't known whether every instance
 * rejects the key.
 */
export async function revokeApiKey(actor: Actor, keyId: string): Promise<Revocation> {
  const startedAt = performance.now();
  const key = await db().$transaction(async (transaction) => {
    await markRevoked(transaction, actor, keyId);
    return requireVisibleKey(transaction, actor, keyId);
  });
  const rejectedEverywhere = await runtime().engine.rejections.waitUntilRejectedEverywhere(startedAt);
  return { key: key as Revocation["key"], rejectedEverywhere };
}

/**
 * Revokes a key, and every key that it made, directly or not, and that the actor can see: all of them, or none if a calling key
 * can't manage one. Event subscriptions that these keys made or redirected are paused.
 * @returns How many other keys were revoked with it.
 * @throws AppError as revokeApiKey
 */
export async function revokeWithCreatedKeys(
  actor: Actor,
  keyId: string,
): Promise<Revocation & { createdKeys: number }> {
  const startedAt = performance.now();
  const revoked = await db().$transaction(
    async (transaction) => {
      // Keys that it is creating now are committed first, and revoked below; later it can't create any.
      await lockNewKeys(transaction, actor.workspaceId);
      await markRevoked(transaction, actor, keyId);
      let createdKeys = 0;
      const created = await findCreatedKeys(transaction, actor, keyId);
      for (const { id, revoked } of created)
        if (!revoked && (await markRevoked(transaction, actor, id))) createdKeys += 1;
      const keyIds = [keyId, ...created.map(({ id }) => id)];
      await pauseForKeys(transaction, actor.workspaceId, keyIds, "key_revoked");
      await recordEventsEarly(transaction);
      return { key: await requireVisibleKey(transaction, actor, keyId), createdKeys };
    },
    { timeout: timeoutMs },
  );
  const rejectedEverywhere = await runtime().engine.rejections.waitUntilRejectedEverywhere(startedAt);
  return { ...revoked, key: revoked.key as Revocation["key"], rejectedEverywhere };
}

/**
 * Revokes a key in a transaction. Instances reject it once they know: wait for that after the commit.
 * @returns False if it was already revoked.
 */
export async function markRevoked(
  transaction: Prisma.TransactionClient,
  actor: Actor,
  keyId: string,
): Promise<boolean> {
  const before = await requireVisibleKey(transaction, actor, keyId);
  await requireManageable(transaction, actor, before);
  // Compare and set: of concurrent revocations, only one changes the row and writes the event.
  const { count } = await transaction.apiKey.updateMany({
    where: { id: keyId, workspaceId: actor.workspaceId, revokedAt: null },
    data: { revokedAt: new Date() },
  });
  if (count === 0) return false;
  await recordAuditEvent(transaction, actor, "api_key.revoked", {
    type: "api_key",
    id: keyId,
    name: before.name,
  });
  return true;
}
