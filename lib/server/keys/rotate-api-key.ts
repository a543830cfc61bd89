import { wrongPermissions } from "@/lib/contracts/api-key-input";
import type { PermissionLevel } from "@/lib/contracts/api-keys";
import { AppError, invalidField } from "@/lib/contracts/app-error";
import type { KeyPolicy } from "@/lib/contracts/key-policy";
import { lowerRole, type Role, roles } from "@/lib/contracts/permissions";
import { generateSecret, hashSecret, keyHint } from "@/lib/engine/keys/key-format";
import { leaseOverAfter } from "@/lib/engine/leases/lease";
import { areWithin, type RightsFields, rightsOf } from "@/lib/engine/permissions/rights";
import { type Actor, actorReference, type KeyActor } from "../actor";
import { changesBetween } from "../audit/changes-between";
import { recordAuditEvent } from "../audit/record-audit-event";
import type { ApiKey, Prisma } from "../generated/prisma/client";
import { newId } from "../new-id";
import { runtime } from "../runtime";
import type { NewApiKey } from "./create-api-key";
import { expiryAfter } from "./expiry";
import { createKeyOnce, idempotentCaller } from "./idempotent-creation";
import { excessOverRole, requireManageable, requireStillManagesKeys, requireVisibleKey } from "./key-access";
import { readKeyPolicy, successorLifetime } from "./key-policy";
import { readCatalog, requireDeclared } from "./permission-catalog";
import { requireRoomForKey } from "./require-room-for-key";

export type Rotation = NewApiKey & {
  rotatedFrom: string;
  /** When the old key ends. Null if it works until the rotation is finished. */
  previousExpiresAt: Date | null;
};

export type RotateInput = {
  /** How long the old key keeps working. Null until the rotation is finished, which a key can't ask for. */
  overlapSeconds: number | null;
  /** The successor's rights, if not those of the old key. */
  permissionLevel?: PermissionLevel | undefined;
  permissions?: string[] | undefined;
};

/**
 * Replaces a key with a new one that has the same name, owner, rights, and lifetime, counted from now and within the workspace's key
 * policy. A key can be rotated once. The old key stays valid for the overlap, but never past its own expiry. Only people can rotate
 * an expired key, which stays expired. With a short overlap, every instance knows the old key's expiry when this returns.
 * @throws AppError `not_found`; `conflict` for a revoked, disabled, or already rotated key, and for an expired one unless a person
 * rotates it; `insufficient_permissions` if the new key could do more than the calling key, than the old key where a key calls, or than its
 * owner's role allows; `unavailable` if it isn't known whether every instance knows the old key's expiry.
 */
export async function rotateApiKey(
  actor: Actor,
  keyId: string,
  input: RotateInput,
  idempotencyKey: string | null,
): Promise<Rotation> {
  const { overlapSeconds } = input;
  if (overlapSeconds === null && actor.type === "key")
    throw invalidField("overlap_seconds", "A key has to say how long the old key keeps working.");
  const route = `POST /auth/api-keys/${keyId}/rotate`;
  const rotation = await createKeyOnce(
    { callerKeyId: idempotentCaller(actor), route, input, idempotencyKey },
    (transaction) => replaceKey(transaction, actor, keyId, input),
  );
  await waitUntilOverlapIsKnown(overlapSeconds);
  return rotation;
}

/** No lease outlives a long overlap, so every instance learns of its end in time. Otherwise, waits until each knows it. */
export async function waitUntilOverlapIsKnown(overlapSeconds: number | null): Promise<void> {
  const { rejections, leaseKeeper } = runtime().engine;
  const isLong =
    overlapSeconds === null || overlapSeconds * 1000 > leaseOverAfter(leaseKeeper.times.longestLeaseMs);
  if (isLong) await rejections.waitBriefly();
  else await rejections.waitUntilRejectedEverywhere();
}

async function replaceKey(
  transaction: Prisma.TransactionClient,
  actor: Actor,
  keyId: string,
  input: RotateInput,
): Promise<Rotation> {
  await requireRoomForKey(transaction, actor.workspaceId, { replaces: true });
  await requireStillManagesKeys(transaction, actor);
  const before = await requireVisibleKey(transaction, actor, keyId);
  // An expired key doesn't count any more, so its successor takes a new place.
  if (before.expiresAt && before.expiresAt <= new Date())
    await requireRoomForKey(transaction, actor.workspaceId);
  await requireManageable(transaction, actor, before);
  const owner = await lockOwner(transaction, actor, before);
  if (actor.type === "key") await requireNoGain(transaction, actor, before);
  const policy = await readKeyPolicy(transaction, actor.workspaceId);
  const rights = await successorRights(transaction, actor, before, owner.role, input);

  const id = newId("key");
  const changed = await scheduleExpiry(transaction, actor, before, id, input.overlapSeconds);
  if (!changed) throw rotationConflict(await requireVisibleKey(transaction, actor, keyId));
  const { apiKeyPrefix } = runtime().env;
  const secret = generateSecret(apiKeyPrefix);
  const creator = actorReference(actor);
  const key = await transaction.apiKey.create({
    data: {
      id,
      ...inherited(before, policy, new Date()),
      ...rights,
      hash: Uint8Array.from(hashSecret(secret)),
      ...keyHint(secret, apiKeyPrefix),
      createdByType: creator.type,
      createdById: creator.id,
    },
  });
  const previousExpiresAt = changed.expiresAt;
  await recordRotation(transaction, actor, before, key, previousExpiresAt);
  return { key, secret, ownerName: owner.name, rotatedFrom: before.id, previousExpiresAt };
}

/** The old key's rights, or those asked for. A key may only narrow; people may give what the owner's role allows. */
async function successorRights(
  transaction: Prisma.TransactionClient,
  actor: Actor,
  before: ApiKey,
  role: Role,
  { permissionLevel = before.permissionLevel, permissions }: RotateInput,
): Promise<RightsFields> {
  if (permissionLevel === before.permissionLevel && permissions === undefined)
    return { permissionLevel, permissions: before.permissions, canManageKeys: before.canManageKeys };
  const wrong = wrongPermissions(permissionLevel, permissions, false);
  if (wrong) throw invalidField(wrong.field, wrong.message);
  const canManageKeys = before.canManageKeys && permissionLevel !== "custom";
  const asked = { permissionLevel, permissions: permissions ?? [], canManageKeys };
  const catalog = await readCatalog(transaction);
  requireDeclared(asked.permissions, catalog);
  const [inner, outer] = [rightsOf(asked, role, catalog), rightsOf(before, role, catalog)];
  if (actor.type === "key" && !areWithin(inner, outer)) throw exceeds("more permissions");
  if (excessOverRole(role, asked, catalog))
    throw new AppError("insufficient_permissions", "The owner's role doesn't allow these permissions.");
  return asked;
}

/**
 * Compare and set: of concurrent rotations, only one changes the row. Expiry is judged by the database's clock, so
 * the database also sets it.
 */
async function scheduleExpiry(
  transaction: Prisma.TransactionClient,
  actor: Actor,
  { id, workspaceId, ownerId }: ApiKey,
  successorId: string,
  overlapSeconds: number | null,
): Promise<{ expiresAt: Date | null } | null> {
  const [changed] = await transaction.$queryRaw<{ expiresAt: Date | null }[]>`
    UPDATE api_keys SET rotated_to_id = ${successorId}, rotated_at = clock_timestamp(), expires_at_before_rotation = expires_at,
      expires_at = least(expires_at, date_trunc('milliseconds', clock_timestamp()) + make_interval(secs => ${overlapSeconds}))
    WHERE id = ${id} AND workspace_id = ${workspaceId} AND owner_id = ${ownerId} AND rotated_to_id IS NULL
      AND revoked_at IS NULL AND disabled_at IS NULL AND (${actor.type === "member"} OR expires_at IS NULL OR expires_at > clock_timestamp())
    RETURNING expires_at AS "expiresAt"`;
  return changed ?? null;
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
  actor: Actor,
  key: ApiKey,
): Promise<{ name: string; role: Role }> {
  const [owner] = await transaction.$queryRaw<{ name: string; role: Role; suspended: boolean }[]>`
    SELECT users.name, members.role, members.suspended_at IS NOT NULL AS suspended
    FROM members JOIN users ON users.id = members.user_id
    WHERE members.workspace_id = ${key.workspaceId} AND members.user_id = ${key.ownerId} FOR SHARE OF members`;
  if (!owner || owner.suspended)
    throw new AppError("conflict", "The owner of this API key is suspended, which disables their keys.");
  const role = lowerRole(owner.role, key.roleCeiling);
  // The caller receives the secret and could act with this role.
  if (actor.type !== "system" && roles.indexOf(role) < roles.indexOf(actor.role))
    throw new AppError("insufficient_permissions", "This API key's owner has a higher role than yours.");
  return { ...owner, role };
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

/** The successor's settings other than its rights. */
function inherited(key: ApiKey, policy: KeyPolicy, now: Date) {
  const { workspaceId, ownerId, name, environment, rateLimitPerMinute, notes, mailNewCallers } = key;
  const { allowedIps, reportOnlyIps, reportOnlyRateLimit, reportOnlyEnforceAt, roleCeiling } = key;
  const metadata = key.metadata as Prisma.InputJsonObject;
  const lifetime = successorLifetime(policy, key, lifetimeOf(key));
  return {
    createdAt: now,
    ...{ workspaceId, ownerId, name, environment, rateLimitPerMinute, notes, metadata, mailNewCallers },
    ...{ allowedIps, reportOnlyIps, reportOnlyRateLimit, reportOnlyEnforceAt, roleCeiling },
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
  actor: Actor,
  before: ApiKey,
  key: ApiKey,
  previousExpiresAt: Date | null,
): Promise<void> {
  const target = { type: "api_key", id: before.id, name: before.name } as const;
  await recordAuditEvent(transaction, actor, "api_key.rotated", target, {
    successor: key.id,
    key: `${key.prefix}…${key.suffix}`,
    previousExpiresAt: previousExpiresAt?.toISOString() ?? null,
    expiresAt: key.expiresAt?.toISOString() ?? null,
    ends: { from: before.expiresAt?.toISOString() ?? null, to: previousExpiresAt?.toISOString() ?? null },
    ...changesBetween(before, key, ["permissionLevel", "permissions", "canManageKeys"]),
  });
  if (key.canManageKeys)
    await recordAuditEvent(transaction, actor, "api_key.manage_granted", { ...target, id: key.id });
}
