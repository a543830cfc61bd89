import { AppError, invalidField } from "@/lib/contracts/app-error";
import { type Role, roleLabels, roleMay } from "@/lib/contracts/permissions";
import type { MemberActor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import type { ApiKey, Prisma } from "../generated/prisma/client";
import { excessOverRole } from "./key-access";
import { readCatalog, rightsToKeep } from "./permission-catalog";

type Transaction = Prisma.TransactionClient;
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
 * Gives a key to another member. Its secret doesn't change, and it can do what it could before: neither less, which would break
 * programs, nor more, because the previous owner may know the secret.
 * @param key A locked row.
 * @throws AppError `conflict` with the reason if the key would gain or lose anything.
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
  // A key sees the access log that its owner sees.
  if (roleMay(to.role, "access_log.read_all") && !roleMay(from.role, "access_log.read_all"))
    throw new AppError(
      "conflict",
      `With ${to.name} as owner it could read the whole access log, which ${from.user.name} can't. Create a new key instead.`,
    );
  const kept = await rightsToKeep(transaction, key, from.role);
  if (excessOverRole(to.role, kept, await readCatalog(transaction)))
    throw new AppError(
      "conflict",
      `${to.name} is a ${roleLabels[to.role].toLowerCase()}, whose keys can’t do what this key does.`,
    );
  const { count } = await transaction.apiKey.updateMany({
    where: { id: key.id, workspaceId: actor.workspaceId, ownerId: key.ownerId, revokedAt: null },
    data: { ownerId: to.id, ...kept },
  });
  if (count === 0) throw new AppError("conflict", "It was changed at the same time.");
  await recordAuditEvent(
    transaction,
    actor,
    "api_key.transferred",
    { type: "api_key", id: key.id, name: key.name },
    { owner: { from: from.user.name, to: to.name } },
  );
}
