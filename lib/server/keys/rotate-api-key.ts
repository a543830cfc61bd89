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
 * Puts a new key in the place of an old one, once: with its name, its owner, its rights and its duration counted from now. The
 * old one goes on for the overlap, never past its own expiry; where that is short, no instance accepts it any more past its
 * end from when this returns.
 * @throws AppError `not_found`; `conflict` for a key that is revoked, disabled, expired or rotated already;
 * `insufficient_permissions` where the new key could do more than the calling one; `unavailable` where the old key's end is
 * not known everywhere.
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
  // Whoever decides from memory for longer has heard of it by then: the secret need not wait for them.
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
  requireManageable(actor, before);
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

/** Compare and set: of fifty rotations at once, one changes the row. The database's clock judges expiry, so it sets it as well. */
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
  if (key.revokedAt)
    return new AppError("conflict", "This API key is revoked. That is for ever: create another.");
  if (key.rotatedToId)
    return new AppError("conflict", `This API key was rotated already: ${key.rotatedToId} took its place.`);
  if (key.disabledAt) return new AppError("conflict", "This API key is disabled. Enable it to rotate it.");
  if (key.expiresAt && key.expiresAt <= new Date())
    return new AppError("conflict", "This API key has expired. Create another.");
  return new AppError("conflict", "This API key was changed at the same moment. Try again.");
}

/** A removal of the owner that is under way sees the new key, or it is not made. */
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
    throw new AppError("conflict", "The owner of this API key is suspended, and so are their keys.");
  // The secret is handed to the caller, who would act in the owner's role with it.
  if (actor.type === "key" && roles.indexOf(owner.role) < roles.indexOf(actor.role))
    throw new AppError("insufficient_permissions", "This API key's owner has a higher role than yours.");
  return owner;
}

/** What requireManageable does not ask, since it matters only to who gets the secret. A key that rotates itself gains nothing. */
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
  if (lifetime > (actor.lifetimeSeconds ?? Number.POSITIVE_INFINITY)) throw exceeds("a longer life");
}

function exceeds(what: string): AppError {
  return new AppError(
    "insufficient_permissions",
    `This API key may not rotate a key with ${what} than it has.`,
  );
}

function inherited(key: ApiKey, now: Date) {
  const { workspaceId, ownerId, name, permissionLevel, canManageKeys } = key;
  const { environment, allowedIps, rateLimitPerMinute } = key;
  const lifetime = lifetimeOf(key);
  return {
    ...{
      workspaceId,
      ownerId,
      name,
      permissionLevel,
      canManageKeys,
      environment,
      allowedIps,
      rateLimitPerMinute,
    },
    ...(lifetime === null ? { expiresAt: null, lifetimeSeconds: null } : expiryAfter(lifetime, now)),
  };
}

/** A key that was given its end without a duration has the one from its beginning to it. */
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
