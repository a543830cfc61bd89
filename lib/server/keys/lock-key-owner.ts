import type { CreateApiKeyInput } from "@/lib/contracts/api-key-input";
import { AppError, invalidField } from "@/lib/contracts/app-error";
import { type Role, roleLabels, roleMay } from "@/lib/contracts/permissions";
import type { Catalog } from "@/lib/engine/permissions/catalog";
import type { Actor, MemberActor } from "../actor";
import type { Prisma } from "../generated/prisma/client";
import { excessOverRole } from "./key-access";

type Owner = { id: string; name: string; role: Role; suspended: boolean; isService: boolean };

/**
 * Determines the owner of a new key and locks their membership until the key exists: a concurrent removal either sees
 * the key or prevents it. People own the keys they create, unless an admin names a service member. A key created by a
 * key gets the same owner. The system can name any member.
 * @throws AppError `insufficient_permissions`; `invalid_request` naming the field if the named owner can't own the
 * key.
 */
export async function lockKeyOwner(
  transaction: Prisma.TransactionClient,
  actor: Actor,
  input: CreateApiKeyInput,
  catalog: Catalog,
  named?: string,
): Promise<Owner> {
  const id = ownerIdOf(actor, named);
  const isOthers = actor.type === "member" && id !== actor.userId;
  const creator = actor.type === "member" ? await lockCreator(transaction, actor) : null;
  if (isOthers && creator && !roleMay(creator.role, "api_key.create_for_service"))
    throw new AppError("insufficient_permissions", "Only admins can create keys for service members.");
  const [owner] = await transaction.$queryRaw<Owner[]>`
    SELECT users.id, users.name, members.role, members.suspended_at IS NOT NULL AS suspended,
      users.service_of IS NOT NULL AS "isService"
    FROM members JOIN users ON users.id = members.user_id
    WHERE members.workspace_id = ${actor.workspaceId} AND members.user_id = ${id} FOR SHARE OF members`;
  if (isOthers) return requireServiceMember(owner, input, catalog);
  if (!owner)
    throw new AppError("insufficient_permissions", "Only members of the workspace can own its API keys.");
  if (creator) requireRoleFor(creator.role, input, catalog);
  if (actor.type === "system") requireOwnerMay(owner, input, catalog);
  return owner;
}

/**
 * Locks the creator's membership and reads their current role: they may have been demoted, suspended, or removed
 * since the request was authorized, and that change has already dealt with their keys.
 */
async function lockCreator(
  transaction: Prisma.TransactionClient,
  { workspaceId, userId }: MemberActor,
): Promise<{ role: Role }> {
  const [creator] = await transaction.$queryRaw<{ role: Role }[]>`
    SELECT role FROM members
    WHERE workspace_id = ${workspaceId} AND user_id = ${userId} AND suspended_at IS NULL FOR SHARE`;
  if (!creator)
    throw new AppError("insufficient_permissions", "Only members of the workspace can create API keys.");
  return creator;
}

function ownerIdOf(actor: Actor, named: string | undefined): string {
  if (actor.type === "key") return actor.ownerId;
  if (actor.type === "member") return named ?? actor.userId;
  if (!named) throw new Error("A key made by the system needs an owner.");
  return named;
}

function requireRoleFor(role: Role, input: CreateApiKeyInput, catalog: Catalog): void {
  const excess = excessOverRole(role, input, catalog);
  if (excess === "permissions")
    throw new AppError("insufficient_permissions", "Your role can only give permissions that read.");
  if (excess === "permissionLevel")
    throw new AppError("insufficient_permissions", "Your role can only create read-only keys.");
  if (excess === "canManageKeys")
    throw new AppError("insufficient_permissions", "Only admins can create keys that manage API keys.");
}

/** The operator and services can give a key to any member, but not more rights than the member has. */
function requireOwnerMay(owner: Owner, input: CreateApiKeyInput, catalog: Catalog): void {
  if (owner.suspended) throw invalidField("owner", `${owner.name} is suspended, which disables their keys.`);
  const excess = excessOverRole(owner.role, input, catalog);
  const role = roleLabels[owner.role].toLowerCase();
  if (excess) throw invalidField(excess, `${owner.name} is a ${role}, whose keys can't have this.`);
}

/** Unknown ids and people get the same response. If the owner's role forbids the key, the error names the field. */
function requireServiceMember(owner: Owner | undefined, input: CreateApiKeyInput, catalog: Catalog): Owner {
  if (!owner?.isService || owner.suspended)
    throw invalidField("ownerId", "Choose yourself or a service member that isn't suspended.");
  const role = roleLabels[owner.role].toLowerCase();
  const excess = excessOverRole(owner.role, input, catalog);
  if (excess === "permissions")
    throw invalidField(
      excess,
      `${owner.name} is a ${role}, so its keys can only have permissions that read.`,
    );
  if (excess === "permissionLevel")
    throw invalidField(excess, `${owner.name} is a ${role}, so its keys are read-only.`);
  if (excess === "canManageKeys")
    throw invalidField(excess, `${owner.name} is a ${role}. Only keys of admins can manage API keys.`);
  return owner;
}
