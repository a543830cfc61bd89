import type { CreateApiKeyInput } from "@/lib/contracts/api-key-input";
import { AppError } from "@/lib/contracts/app-error";
import { defaultEnvironment } from "@/lib/contracts/environments";
import { type Role, roleMay } from "@/lib/contracts/permissions";
import { enforcedIps } from "@/lib/engine/keys/report-only";
import type { Catalog } from "@/lib/engine/permissions/catalog";
import { areWithin, type Rights, rightsOf } from "@/lib/engine/permissions/rights";
import { parseBlock } from "@/lib/engine/request/client-address";
import type { Actor, KeyActor } from "../actor";
import type { ApiKey, Prisma } from "../generated/prisma/client";
import { readCatalog } from "./permission-catalog";

/**
 * The keys that an actor can see: all of the workspace, or only the owner's unless the role can see all. Every query
 * for keys includes this.
 */
export function whereVisible(actor: Actor): Prisma.ApiKeyWhereInput {
  if (actor.type === "system" || roleMay(actor.role, "api_key.read_all"))
    return { workspaceId: actor.workspaceId };
  return { workspaceId: actor.workspaceId, ownerId: actor.type === "key" ? actor.ownerId : actor.userId };
}

/**
 * Rejects a calling key that was revoked or lost the permission to manage keys since its request was allowed. Call it
 * after lockNewKeys.
 * @throws AppError `insufficient_permissions`
 */
export async function requireStillManagesKeys(
  transaction: Prisma.TransactionClient,
  actor: Actor,
): Promise<void> {
  if (actor.type !== "key") return;
  const still = await transaction.apiKey.count({
    where: { id: actor.keyId, revokedAt: null, canManageKeys: true },
  });
  if (still === 0)
    throw new AppError("insufficient_permissions", "This API key may no longer manage API keys.");
}

/** @throws AppError `not_found`, the same for unknown keys, other workspaces' keys, and keys that the actor can't see. */
export async function requireVisibleKey(
  transaction: Prisma.TransactionClient,
  actor: Actor,
  keyId: string,
): Promise<ApiKey> {
  const key = await transaction.apiKey.findFirst({ where: { AND: [whereVisible(actor), { id: keyId }] } });
  if (!key) throw new AppError("not_found", "API key not found.");
  return key;
}

/**
 * A key can manage only keys with no more rights than its own, and, unless it is a production key, only keys of its
 * own environment.
 * @throws AppError `insufficient_permissions`
 */
export async function requireManageable(
  transaction: Prisma.TransactionClient,
  actor: Actor,
  key: ApiKey,
): Promise<void> {
  if (actor.type !== "key" || key.id === actor.keyId) return;
  const reason = excessOf(actor, key, await readCatalog(transaction));
  if (reason) throw new AppError("insufficient_permissions", `This API key can't manage a key ${reason}.`);
}

/**
 * Which field of a key exceeds what the role of its owner allows, or null. A permission that isn't declared grants nothing, so it
 * exceeds no role: where a key must not get one, requireDeclared refuses it.
 */
export function excessOverRole(
  role: Role,
  { permissionLevel, permissions = [], canManageKeys = false }: RequestedRights,
  catalog: Catalog,
): keyof RequestedRights | null {
  const rights = rightsOf({ permissionLevel, permissions, canManageKeys }, role, catalog);
  if (rights.permissionLevel !== permissionLevel) return "permissionLevel";
  if (permissions.some((name) => catalog.names.has(name) && !rights.permissions.has(name)))
    return "permissions";
  return rights.canManageKeys === canManageKeys ? null : "canManageKeys";
}
export type RequestedRights = Pick<CreateApiKeyInput, "permissionLevel" | "permissions" | "canManageKeys">;

function excessOf(actor: KeyActor, key: ApiKey, catalog: Catalog): string | null {
  // As an owner's key: a role that limits it now may be raised later.
  const { canManageKeys, ...rights } = rightsOf(key, "owner", catalog);
  if (!areWithin({ ...rights, canManageKeys: false }, currentRights(actor, catalog)))
    return "with more permissions than its own";
  if (canManageKeys && !actor.canManageKeys) return "that manages keys";
  if (!isWithin(enforcedIps(key, Date.now()), actor.allowedIps))
    return "that is allowed from more addresses than its own";
  if (!isEnvironmentWithin(key.environment, actor.environment)) return "in another environment";
  return null;
}

/** What the calling key may do under this catalog, which may be newer than the one that its request was allowed by. */
export function currentRights(
  { role, permissionLevel, permissions, canManageKeys }: KeyActor,
  catalog: Catalog,
): Rights {
  return rightsOf({ permissionLevel, permissions: [...permissions], canManageKeys }, role, catalog);
}

/** Whether `outer` contains every address of `inner`. An empty list means every address. */
export function isWithin(inner: readonly string[], outer: readonly string[]): boolean {
  if (outer.length === 0) return true;
  if (inner.length === 0) return false;
  return inner.every((block) => outer.some((around) => contains(around, block)));
}

function contains(outer: string, inner: string): boolean {
  // Parse blocks as the decision does, so that a block can't pass here and match more addresses there.
  const [around, block] = [parseBlock(outer), parseBlock(inner)];
  if (!around || !block || around[0].kind() !== block[0].kind()) return false;
  return block[1] >= around[1] && block[0].match(around);
}

/**
 * Whether a key in the environment `outer` can create and manage keys in `inner`. Only production keys can do so in
 * other environments.
 */
export function isEnvironmentWithin(inner: string, outer: string): boolean {
  return outer === defaultEnvironment || inner === outer;
}
