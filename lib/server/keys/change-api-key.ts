import { AppError } from "@/lib/contracts/app-error";
import { roleMay } from "@/lib/contracts/permissions";
import { type Actor, actorReference } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import type { ApiKey, Prisma } from "../generated/prisma/client";
import { db, runtime } from "../runtime";
import { expiryAfter } from "./expiry";
import { requireManageable, requireVisibleKey } from "./key-access";
import { requireRoomForKey } from "./require-room-for-key";

export type KeyChange = { name?: string; disabled?: boolean; expirationDays?: number };

/**
 * Renames, disables, or enables a key, or changes its expiry. A field that already has the requested value changes
 * nothing and writes no event. Disabling and an earlier expiry are in effect on every instance when this returns.
 * @throws AppError `not_found`; `conflict` for a revoked key; `insufficient_permissions` if a key would extend its
 * own lifetime, or if an owner would enable a key that an admin disabled.
 */
export async function changeApiKey(actor: Actor, keyId: string, change: KeyChange): Promise<ApiKey> {
  const changed = await db().$transaction(async (transaction) => {
    const seen = await requireVisibleKey(transaction, actor, keyId);
    // Extending an expired key adds one to the workspace's active keys.
    const hasExpired = seen.expiresAt !== null && seen.expiresAt <= new Date();
    if (change.expirationDays !== undefined && hasExpired)
      await requireRoomForKey(transaction, actor.workspaceId);
    // The lock makes concurrent changes and revocations see each other.
    await transaction.$executeRaw`SELECT 1 FROM api_keys WHERE id = ${keyId} FOR UPDATE`;
    const before = await requireVisibleKey(transaction, actor, keyId);
    await requireManageable(transaction, actor, before);
    if (before.revokedAt) throw new AppError("conflict", "This API key is revoked. You can't undo this.");

    const target = { type: "api_key", id: keyId, name: change.name ?? before.name } as const;
    const data: Prisma.ApiKeyUpdateInput = {};
    if (change.name !== undefined && change.name !== before.name) {
      data.name = change.name;
      await recordAuditEvent(transaction, actor, "api_key.renamed", target, {
        name: { from: before.name, to: change.name },
      });
    }
    if (change.disabled === true && isDisablingNew(actor, before)) {
      Object.assign(data, disabledData(actor, before));
      await recordAuditEvent(transaction, actor, "api_key.disabled", target);
    }
    if (change.disabled === false && before.disabledAt) {
      Object.assign(data, enabledData(actor, before));
      await recordAuditEvent(transaction, actor, "api_key.enabled", target);
    }
    if (change.expirationDays !== undefined) {
      const expiry = changedExpiry(actor, before, change.expirationDays);
      Object.assign(data, expiry);
      const moved = { from: before.expiresAt?.toISOString() ?? null, to: expiry.expiresAt.toISOString() };
      await recordAuditEvent(transaction, actor, "api_key.expiry_changed", target, { expiresAt: moved });
    }
    if (Object.keys(data).length === 0) return before;
    return transaction.apiKey.update({ where: { id: keyId }, data });
  });
  const { rejections } = runtime().engine;
  if (change.disabled || change.expirationDays !== undefined) await rejections.waitUntilRejectedEverywhere();
  else await rejections.waitBriefly();
  return changed;
}

function changedExpiry(actor: Actor, key: ApiKey, days: number) {
  const expiry = expiryAfter(days * 86_400, new Date());
  if (actor.type !== "key") return expiry;
  if (actor.keyId === key.id && key.expiresAt && expiry.expiresAt > key.expiresAt) {
    throw new AppError("insufficient_permissions", "A key can shorten its own lifetime, but not extend it.");
  }
  if (actor.lifetimeSeconds !== null && expiry.lifetimeSeconds > actor.lifetimeSeconds) {
    throw new AppError(
      "insufficient_permissions",
      "A key can't give another key a longer lifetime than its own.",
    );
  }
  return expiry;
}

/**
 * Whether disabling would change anything. An admin can disable a key that its owner has already disabled: then only
 * an admin can enable it.
 */
function isDisablingNew(actor: Actor, key: ApiKey): boolean {
  return key.disabledAt === null || (!key.disabledByAdmin && !actsAsOwner(actor, key));
}

function disabledData(actor: Actor, key: ApiKey): Prisma.ApiKeyUpdateInput {
  const { type, id } = actorReference(actor);
  return {
    disabledAt: key.disabledAt ?? new Date(),
    disabledByType: type,
    disabledById: id,
    disabledByAdmin: !actsAsOwner(actor, key),
  };
}

/**
 * Only an admin or the operator can enable a key that one of them disabled.
 * @throws AppError `insufficient_permissions`
 */
function enabledData(actor: Actor, key: ApiKey): Prisma.ApiKeyUpdateInput {
  const mayOverrule = actor.type === "system" || roleMay(actor.role, "api_key.update_all");
  if (key.disabledByAdmin && !mayOverrule)
    throw new AppError(
      "insufficient_permissions",
      "An admin disabled this API key. Ask an admin of the workspace to enable it.",
    );
  return { disabledAt: null, disabledByType: null, disabledById: null, disabledByAdmin: false };
}

function actsAsOwner(actor: Actor, key: ApiKey): boolean {
  if (actor.type === "system") return false;
  return (actor.type === "key" ? actor.ownerId : actor.userId) === key.ownerId;
}
