import type { Actor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import type { ApiKey } from "../generated/prisma/client";
import { db, runtime } from "../runtime";
import { requireManageable, requireSeenKey } from "./sight";

export type Revocation = {
  key: ApiKey & { revokedAt: Date };
  rejectedEverywhere: { afterMs: number; instances: number };
};

/**
 * Revokes a key for ever. When this returns, no instance accepts it for a request that starts later: each decision reads the
 * key from PostgreSQL after the request came, and this change is committed there. A repeat returns the first moment.
 * @throws AppError `not_found`, `insufficient_permissions`
 */
export async function revokeApiKey(actor: Actor, keyId: string): Promise<Revocation> {
  const startedAt = performance.now();
  const key = await db().$transaction(async (transaction) => {
    const before = await requireSeenKey(transaction, actor, keyId);
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
    return requireSeenKey(transaction, actor, keyId);
  });
  const afterMs = Math.round((performance.now() - startedAt) * 10) / 10;
  return {
    key: key as Revocation["key"],
    rejectedEverywhere: { afterMs, instances: await countInstances() },
  };
}

/** The server processes that answer now. Each keeps its row of the access log fresh twice a second. */
export async function countInstances(): Promise<number> {
  const { rows } = await runtime().pool.query<{ count: number }>(
    "SELECT count(*) FROM access_log.writers WHERE closed_at IS NULL AND renewed_at > clock_timestamp() - interval '3 seconds'",
  );
  return rows[0]?.count ?? 0;
}
