import { AppError } from "@/lib/contracts/app-error";
import { type Role, roles } from "@/lib/contracts/permissions";
import { generateSecret, hashSecret, keyHint } from "@/lib/engine/keys/key-format";
import { leaseOverAfter } from "@/lib/engine/leases/lease";
import type { KeyActor, SystemActor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import type { ApiKey, Prisma } from "../generated/prisma/client";
import { newId } from "../new-id";
import { runtime } from "../runtime";
import type { NewApiKey } from "./create-api-key";
import { expiryAfter } from "./expiry";
import { createKeyOnce } from "./idempotent-creation";
import { requireManageable, requireStillManagesKeys, requireVisibleKey } from "./key-access";
import { requireRoomForKey } from "./require-room-for-key";

type Rotation = NewApiKey & { rotatedFrom: string; previousExpiresAt: Date };

/**
 * Replaces a key with a new one that has the same name, owner, rights, and lifetime, counted from now. A key can be
 * rotated once. The old key stays valid for the overlap, but never past its own expiry. With a short overlap, every
 * instance knows the old key's expiry when this returns.
 * @throws AppError `not_found`; `conflict` for a revoked, disabled, expired, or already rotated key;
 * `insufficient_permissions` if the new key could do more than the calling key; `unavailable` if it isn't known
 * whether every instance knows the old key's expiry.
 */
export async function rotateApiKey(
  actor: KeyActor | SystemActor,
  keyId: string,
  overlapSeconds: number,
  idempotencyKey: string | null,
): Promise<Rotation> {
  const route = `POST /auth/api-keys/${keyId}/rotate`;
  const rotation = await createKeyOnce(
    {
      callerKeyId: actor.type === "key" ? actor.keyId : null,
      route,
      input: { overlapSeconds },
      idempotencyKey,
    },
    (transaction) => replaceKey(transaction, actor, keyId, overlapSeconds),
  );
  const { rejections, leaseKeeper } = runtime().engine;
  // No lease outlives this overlap, so every instance learns of the expiry in time and the response doesn't have to
  // wait.
  const isLong = overlapSeconds * 1000 > leaseOverAfter(leaseKeeper.times.longestLeaseMs);
  if (isLong) await rejections.waitBriefly();
  else await rejections.waitUntilRejectedEverywhere();
  return rotation;
}

async function replaceKey(
  transaction: Prisma.TransactionClient,
  actor: KeyActor | SystemActor,
  keyId: string,
  overlapSeconds: number,
): Promise<Rotation> {
  await requireRoomForKey(transaction, actor.workspaceId, { replaces: true });
  await requireStillManagesKeys(transaction, actor);
  const before = await requireVisibleKey(transaction, actor, keyId);
  await requireManageable(transaction, actor, before);
  const owner = await lockOwner(transaction, actor, before);
  if (actor.type === "key") await requireNoGain(transaction, actor, before);

  const id = newId("key");
  const previousExpiresAt = await scheduleExpiry(transaction, before, id, overlapSeconds);
  if (!previousExpiresAt) throw rotationConflict(await requireVisibleKey(transaction, actor, keyId));
  const { apiKeyPrefix } = runtime().env;
  const secret = generateSecret(apiKeyPrefix);
  const key = await transaction.apiKey.create({
    data: {
      id,
      ...inherited(before, new Date()),
      hash: Uint8Array.from(hashSecret(secret)),
      ...keyHint(secret, apiKeyPrefix),
      createdByType: actor.type,
      createdById: actor.type === "key" ? actor.keyId : "system",
    },
  });
  await recordRotation(transaction, actor, before, key, previousExpiresAt);
  return { key, secret, ownerName: owner.name, rotatedFrom: before.id, previousExpiresAt };
}

/**
 * Compare and set: of concurrent rotations, only one changes the row. Expiry is judged by the database's clock, so
 * the database also sets it.
 */
async function scheduleExpiry(
  transaction: Prisma.TransactionClient,
  { id, workspaceId, ownerId }: ApiKey,
  successorId: string,
  overlapSeconds: number,
): Promise<Date | null> {
  const [changed] = await transaction.$queryRaw<{ expiresAt: Date }[]>`
    UPDATE api_keys SET rotated_to_id = ${successorId}, expires_at = least(expires_at,
      date_trunc('milliseconds', clock_timestamp()) + make_interval(secs => ${overlapSeconds}))
    WHERE id = ${id} AND workspace_id = ${workspaceId} AND owner_id = ${ownerId} AND rotated_to_id IS NULL
      AND revoked_at IS NULL AND disabled_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())
    RETURNING expires_at AS "expiresAt"`;
  return changed?.expiresAt ?? null;
}

function rotationConflict(key: ApiKey): AppError {
  if (key.revokedAt) return new AppError("conflict", "This API key is revoked. Create a new one.");
  if (key.rotatedToId)
    return new AppError("conflict", `This API key was already rotated: ${key.rotatedToId} replaced it.`);
  if (key.disabledAt) return new AppError("conflict", "This API key is disabled. Enable it to rotate it.");
  if (key.expiresAt && key.expiresAt <= new Date())
    return new AppError("conflict", "This API key has expired. Create a new one.");
  return new AppError("conflict", "This API key was changed at the same time. Try again.");
}

/** Locks the owner's membership: a concurrent removal either sees the new key or prevents it. */
async function lockOwner(
  transaction: Prisma.TransactionClient,
  actor: KeyActor | SystemActor,
  key: ApiKey,
): Promise<{ name: string }> {
  const [owner] = await transaction.$queryRaw<{ name: string; role: Role; suspended: boolean }[]>`
    SELECT users.name, members.role, members.suspended_at IS NOT NULL AS suspended
    FROM members JOIN users ON users.id = members.user_id
    WHERE members.workspace_id = ${key.workspaceId} AND members.user_id = ${key.ownerId} FOR SHARE OF members`;
  if (!owner || owner.suspended)
    throw new AppError("conflict", "The owner of this API key is suspended, which disables their keys.");
  // The caller receives the secret and could act with the owner's role.
  if (actor.type === "key" && roles.indexOf(owner.role) < roles.indexOf(actor.role))
    throw new AppError("insufficient_permissions", "This API key's owner has a higher role than yours.");
  return owner;
}

/** Checks that matter only because the caller receives the secret. A key that rotates itself gains nothing. */
async function requireNoGain(
  transaction: Prisma.TransactionClient,
  actor: KeyActor,
  key: ApiKey,
): Promise<void> {
  if (key.id === actor.keyId) return;
  const { requestsPerMinute } = await transaction.workspace.findUniqueOrThrow({
    where: { id: key.workspaceId },
    select: { requestsPerMinute: true },
  });
  const own = key.rateLimitPerMinute ?? requestsPerMinute ?? runtime().env.rateLimitPerMinute;
  if (Math.min(own, requestsPerMinute ?? own) > actor.limitPerMinute) throw exceeds("a higher rate limit");
  const lifetime = lifetimeOf(key) ?? Number.POSITIVE_INFINITY;
  if (lifetime > (actor.lifetimeSeconds ?? Number.POSITIVE_INFINITY)) throw exceeds("a longer lifetime");
}

function exceeds(what: string): AppError {
  return new AppError(
    "insufficient_permissions",
    `This API key can't rotate a key with ${what} than its own.`,
  );
}

function inherited(key: ApiKey, now: Date) {
  const { workspaceId, ownerId, name, permissionLevel, permissions, canManageKeys } = key;
  const { environment, allowedIps, rateLimitPerMinute } = key;
  const lifetime = lifetimeOf(key);
  return {
    ...{
      workspaceId,
      ownerId,
      name,
      permissionLevel,
      permissions,
      canManageKeys,
      environment,
      allowedIps,
      rateLimitPerMinute,
    },
    ...(lifetime === null ? { expiresAt: null, lifetimeSeconds: null } : expiryAfter(lifetime, now)),
  };
}

/** The lifetime of a key, or the time from its creation to its expiry if only the expiry was set. */
function lifetimeOf({ lifetimeSeconds, expiresAt, createdAt }: ApiKey): number | null {
  if (lifetimeSeconds !== null || expiresAt === null) return lifetimeSeconds;
  return Math.max(1, Math.floor((expiresAt.getTime() - createdAt.getTime()) / 1000));
}

async function recordRotation(
  transaction: Prisma.TransactionClient,
  actor: KeyActor | SystemActor,
  before: ApiKey,
  key: ApiKey,
  previousExpiresAt: Date,
): Promise<void> {
  const target = { type: "api_key", id: before.id, name: before.name } as const;
  await recordAuditEvent(transaction, actor, "api_key.rotated", target, {
    successor: key.id,
    key: `${key.prefix}…${key.suffix}`,
    previousExpiresAt: previousExpiresAt.toISOString(),
    expiresAt: key.expiresAt?.toISOString() ?? null,
  });
  if (key.canManageKeys)
    await recordAuditEvent(transaction, actor, "api_key.manage_granted", { ...target, id: key.id });
}
