import { AppError } from "@/lib/contracts/app-error";
import type { Receipt } from "@/lib/engine/leases/rejection-watch";
import type { Actor } from "../actor";
import { changesBetween } from "../audit/changes-between";
import { recordAuditEvent } from "../audit/record-audit-event";
import type { ApiKey, Prisma } from "../generated/prisma/client";
import { db, runtime } from "../runtime";
import { isLater } from "./expiry";
import { requireManageable, requireStillManagesKeys, requireVisibleKey } from "./key-access";
import { waitUntilOverlapIsKnown } from "./rotate-api-key";

/**
 * Lets the old key of a rotation work for this long from now, but never past the expiry that it had before. Null: until the
 * rotation is finished.
 * @throws AppError `not_found`; `conflict` if the key isn't being rotated, or has ended; `insufficient_permissions` if a key
 * would lengthen its own life.
 */
export async function moveOverlap(
  actor: Actor,
  keyId: string,
  overlapSeconds: number | null,
): Promise<ApiKey> {
  if (overlapSeconds === null && actor.type === "key")
    throw new AppError("insufficient_permissions", "A key has to say how long the old key keeps working.");
  const key = await db().$transaction(async (transaction) => {
    const { before } = await lockRotation(transaction, actor, keyId);
    const [changed] = await transaction.$queryRaw<{ expiresAt: Date | null }[]>`
      UPDATE api_keys SET expires_at = least(expires_at_before_rotation,
        date_trunc('milliseconds', clock_timestamp()) + make_interval(secs => ${overlapSeconds}))
      WHERE id = ${keyId} AND workspace_id = ${actor.workspaceId} AND rotated_to_id = ${before.rotatedToId}
        AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())
      RETURNING expires_at AS "expiresAt"`;
    if (!changed)
      throw new AppError("conflict", "This API key no longer works, so its overlap can't be changed.");
    const isLonger = isLater(changed.expiresAt, before.expiresAt);
    if (actor.type === "key" && actor.keyId === keyId && isLonger)
      throw new AppError(
        "insufficient_permissions",
        "A key can shorten its own lifetime, but not extend it.",
      );
    const ends = {
      from: before.expiresAt?.toISOString() ?? null,
      to: changed.expiresAt?.toISOString() ?? null,
    };
    await recordAuditEvent(transaction, actor, "api_key.rotation_moved", targetOf(before), { ends });
    return requireVisibleKey(transaction, actor, keyId);
  });
  await waitUntilOverlapIsKnown(overlapSeconds);
  return key;
}

export type CanceledRotation = { key: ApiKey; successorId: string; rejectedEverywhere: Receipt };

/**
 * Cancels a rotation: the successor is revoked, and the old key gets back the expiry that it had before. No instance accepts the
 * successor when this returns.
 * @param force Cancel even if the successor was used or rotated.
 * @throws AppError `not_found`; `conflict` if the key isn't being rotated, or the successor was used.
 */
export async function cancelRotation(actor: Actor, keyId: string, force: boolean): Promise<CanceledRotation> {
  const startedAt = performance.now();
  await runtime().engine.accessLog.settled();
  const { key, successorId } = await db().$transaction(async (transaction) => {
    const { before, successor } = await lockRotation(transaction, actor, keyId);
    if (before.revokedAt)
      throw new AppError("conflict", "This API key is revoked, so its rotation is finished.");
    if (!force) await requireUnused(transaction, successor);
    await transaction.apiKey.updateMany({
      where: { id: successor.id, workspaceId: actor.workspaceId, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    const expiresAt = before.expiresAtBeforeRotation;
    await transaction.apiKey.updateMany({
      where: { id: keyId, workspaceId: actor.workspaceId, rotatedToId: successor.id, revokedAt: null },
      data: { rotatedToId: null, rotatedAt: null, expiresAtBeforeRotation: null, expiresAt },
    });
    await recordAuditEvent(transaction, actor, "api_key.rotation_canceled", targetOf(before), {
      successor: successor.id,
      ...changesBetween(before, { expiresAt }, ["expiresAt"]),
    });
    if (!successor.revokedAt)
      await recordAuditEvent(transaction, actor, "api_key.revoked", targetOf(successor), {
        because: "its rotation was canceled",
      });
    return { key: await requireVisibleKey(transaction, actor, keyId), successorId: successor.id };
  });
  const { rejections } = runtime().engine;
  return { key, successorId, rejectedEverywhere: await rejections.waitUntilRejectedEverywhere(startedAt) };
}

/** Locks both keys of a rotation, the old one first. The actor must be able to manage both. */
async function lockRotation(
  transaction: Prisma.TransactionClient,
  actor: Actor,
  keyId: string,
): Promise<{ before: ApiKey; successor: ApiKey }> {
  await requireStillManagesKeys(transaction, actor);
  await requireVisibleKey(transaction, actor, keyId);
  await transaction.$executeRaw`SELECT 1 FROM api_keys WHERE id = ${keyId} FOR UPDATE`;
  const before = await requireVisibleKey(transaction, actor, keyId);
  await requireManageable(transaction, actor, before);
  if (!before.rotatedToId || !before.rotatedAt)
    throw new AppError("conflict", "This API key is not being rotated.");
  await transaction.$executeRaw`SELECT 1 FROM api_keys WHERE id = ${before.rotatedToId} FOR UPDATE`;
  const successor = await requireVisibleKey(transaction, actor, before.rotatedToId);
  await requireManageable(transaction, actor, successor);
  return { before, successor };
}

async function requireUnused(transaction: Prisma.TransactionClient, successor: ApiKey): Promise<void> {
  const [used] = await transaction.$queryRaw<{ at: Date }[]>`
    SELECT at FROM access_log.last_uses WHERE key_id = ${successor.id}`;
  if (used)
    throw new AppError(
      "conflict",
      `The new key ${successor.id} was used at ${used.at.toISOString()}. Canceling would stop the programs that already use it. Repeat with force=1 to cancel anyway.`,
    );
  if (successor.rotatedToId)
    throw new AppError(
      "conflict",
      `The new key ${successor.id} was itself rotated. Repeat with force=1 to cancel anyway.`,
    );
}

function targetOf({ id, name }: ApiKey) {
  return { type: "api_key", id, name } as const;
}
