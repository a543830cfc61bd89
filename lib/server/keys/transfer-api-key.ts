import { AppError, invalidField } from "@/lib/contracts/app-error";
import { lowerRole, type Role, roleLabels, roleMay } from "@/lib/contracts/permissions";
import type { RightsFields } from "@/lib/engine/permissions/rights";
import type { MemberActor } from "../actor";
import { changesBetween } from "../audit/changes-between";
import { recordAuditEvent } from "../audit/record-audit-event";
import type { ApiKey, Prisma } from "../generated/prisma/client";
import { excessOverRole } from "./key-access";
import { readCatalog, rightsToKeep } from "./permission-catalog";

type Transaction = Prisma.TransactionClient;
type Rights = RightsFields & { roleCeiling: Role | null };
export type NewOwner = { id: string; name: string; role: Role };

/**
 * Locks the membership of a new owner until the transaction ends, so that they can't leave without a decision about the key.
 * Call it after lockNewKeys.
 * @throws AppError `insufficient_permissions`; `invalid_request` for anyone but an active member.
 */
export async function lockNewOwner(
  transaction: Transaction,
  actor: MemberActor,
  userId: string,
): Promise<NewOwner> {
  const members = await transaction.$queryRaw<(NewOwner & { suspended: boolean })[]>`
    SELECT users.id, users.name, members.role, members.suspended_at IS NOT NULL AS suspended
    FROM members JOIN users ON users.id = members.user_id
    WHERE members.workspace_id = ${actor.workspaceId} AND members.user_id IN (${userId}, ${actor.userId})
    FOR SHARE OF members`;
  const own = members.find(({ id }) => id === actor.userId);
  if (!own || own.suspended || !roleMay(own.role, "api_key.update_all"))
    throw new AppError("insufficient_permissions", "Only admins can transfer API keys.");
  const owner = members.find(({ id }) => id === userId);
  if (!owner || owner.suspended) throw invalidField("ownerId", "Choose an active member of the workspace.");
  return owner;
}

/**
 * What a key keeps when its owner changes: what it could do before, acting with no higher role than before. A key with an admin as
 * owner sees the whole workspace, for example, and gateways pass its role on.
 */
export async function keptRights(
  transaction: Transaction,
  key: ApiKey,
  ownerRole: Role,
): Promise<RightsFields & { roleCeiling: Role }> {
  const roleCeiling = lowerRole(ownerRole, key.roleCeiling);
  return { ...(await rightsToKeep(transaction, key, roleCeiling)), roleCeiling };
}

/**
 * Gives a key to another member. Its secret doesn't change, and it can do what it could before: neither less, which would break
 * programs, nor more, because the previous owner may know the secret.
 * @param key A locked row.
 * @throws AppError `conflict` with the reason if the key would lose anything, or can't change its owner.
 */
export async function transferApiKey(
  transaction: Transaction,
  actor: MemberActor,
  key: ApiKey,
  to: NewOwner,
): Promise<void> {
  if (key.revokedAt) throw new AppError("conflict", "It is revoked.");
  if (key.ownerId === to.id) throw new AppError("conflict", `${to.name} already owns it.`);
  const from = await transaction.member.findUnique({
    where: { workspaceId_userId: { workspaceId: key.workspaceId, userId: key.ownerId } },
    include: { user: { select: { name: true } } },
  });
  if (!from) throw new AppError("conflict", "Its owner has left the workspace.");
  const { roleCeiling, ...kept } = await keptRights(transaction, key, from.role);
  if (excessOverRole(lowerRole(to.role, roleCeiling), kept, await readCatalog(transaction)))
    throw new AppError(
      "conflict",
      `${to.name} is a ${roleLabels[to.role].toLowerCase()}, whose keys can’t do what this key does.`,
    );
  const { count } = await transaction.apiKey.updateMany({
    where: { id: key.id, workspaceId: actor.workspaceId, ownerId: key.ownerId, revokedAt: null },
    data: { ownerId: to.id, roleCeiling, ...kept },
  });
  if (count === 0) throw new AppError("conflict", "It was changed at the same time.");
  await recordAuditEvent(
    transaction,
    actor,
    "api_key.transferred",
    { type: "api_key", id: key.id, name: key.name },
    transferDetails(from.user.name, to.name, key, { ...kept, roleCeiling }),
  );
}

/** The owners' names, and what the key may do no longer. */
export function transferDetails(
  from: string,
  to: string,
  key: Rights,
  after: Rights,
): Prisma.InputJsonObject {
  const fields = ["permissionLevel", "permissions", "canManageKeys", "roleCeiling"] as const;
  return { owner: { from, to }, ...changesBetween(key, after, fields) };
}
