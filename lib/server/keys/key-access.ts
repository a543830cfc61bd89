import type { CreateApiKeyInput } from "@/lib/contracts/api-key-input";
import { AppError } from "@/lib/contracts/app-error";
import { type Role, roleMay } from "@/lib/contracts/permissions";
import { rightsOf } from "@/lib/engine/keys/refusal";
import { parseBlock } from "@/lib/engine/request/client-address";
import type { Actor, KeyActor } from "../actor";
import type { ApiKey, Prisma } from "../generated/prisma/client";

/** The environment of a key that was created without one. Its keys can manage keys of every environment. */
export const defaultEnvironment = "production";

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
export function requireManageable(actor: Actor, key: ApiKey): void {
  if (actor.type !== "key" || key.id === actor.keyId) return;
  const reason = excessOf(actor, key);
  if (reason) throw new AppError("insufficient_permissions", `This API key can't manage a key ${reason}.`);
}

/** Which field of a key exceeds what the role of its owner allows, or null. */
export function excessOverRole(
  role: Role,
  { permissionLevel, canManageKeys = false }: Pick<CreateApiKeyInput, "permissionLevel" | "canManageKeys">,
): "permissionLevel" | "canManageKeys" | null {
  const rights = rightsOf({ permissionLevel, canManageKeys }, role);
  if (rights.permissionLevel !== permissionLevel) return "permissionLevel";
  return rights.canManageKeys === canManageKeys ? null : "canManageKeys";
}

function excessOf(actor: KeyActor, key: ApiKey): string | null {
  if (key.permissionLevel === "read_write" && actor.permissionLevel === "read_only")
    return "with a higher permission level than its own";
  if (key.canManageKeys && !actor.canManageKeys) return "that manages keys";
  if (!isWithin(key.allowedIps, actor.allowedIps)) return "that is allowed from more addresses than its own";
  if (!isEnvironmentWithin(key.environment, actor.environment)) return "in another environment";
  return null;
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
