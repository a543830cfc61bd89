import type { Receipt } from "@/lib/engine/leases/rejection-watch";
import type { Actor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import type { ApiKey } from "../generated/prisma/client";
import { db, runtime } from "../runtime";
import { requireManageable, requireVisibleKey } from "./key-access";

export type Revocation = { key: ApiKey & { revokedAt: Date }; rejectedEverywhere: Receipt };

/**
 * Revokes a key for ever. When this returns, no instance accepts it for a request that starts later: each has acknowledged
 * that it forgot the key, or cannot decide from memory any more. A repeat returns the first moment, and waits all the same:
 * the first may not be through yet.
 * @throws AppError `not_found`, `insufficient_permissions`; `unavailable` where it is not known whether it holds everywhere.
 */
export async function revokeApiKey(actor: Actor, keyId: string): Promise<Revocation> {
  const startedAt = performance.now();
  const key = await db().$transaction(async (transaction) => {
    const before = await requireVisibleKey(transaction, actor, keyId);
    requireManageable(actor, before);
    // Compare and set: of fifty revocations at once, one changes the row and writes the event.
    const { count } = await transaction.apiKey.updateMany({
      where: { id: keyId, workspaceId: actor.workspaceId, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    if (count === 1)
      await recordAuditEvent(transaction, actor, "api_key.revoked", {
        type: "api_key",
        id: keyId,
        name: before.name,
      });
    return requireVisibleKey(transaction, actor, keyId);
  });
  const rejectedEverywhere = await runtime().engine.rejections.waitUntilRejectedEverywhere(startedAt);
  return { key: key as Revocation["key"], rejectedEverywhere };
}
