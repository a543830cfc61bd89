import type { RemoveMemberInput } from "@/lib/contracts/member-input";
import { roleMay } from "@/lib/contracts/permissions";
import type { MemberActor } from "../actor";
import { invalidField } from "../app-error";
import { recordAuditEvent } from "../audit/record-audit-event";
import type { ApiKey, Prisma } from "../generated/prisma/client";
import type { MemberWithUser } from "./manageable-member";
import { findManagingKeysMade } from "./managing-keys-made";

type Transaction = Prisma.TransactionClient;
type NewOwner = { id: string; name: string };
export type KeyCounts = { revoked: number; transferred: number; kept: number };

/**
 * Key id → who owns it from now on: another member, or for a managing key of somebody else its owner as before.
 * @throws AppError `invalid_request`
 */
export async function findNewOwners(
  transaction: Transaction,
  leaver: MemberWithUser,
  transfers: RemoveMemberInput["transfers"],
): Promise<Map<string, NewOwner>> {
  const { workspaceId, userId } = leaver;
  const own = await transaction.apiKey.findMany({
    where: { id: { in: transfers.map(({ keyId }) => keyId) }, workspaceId, ownerId: userId },
  });
  const made = await findManagingKeysMade(transaction, leaver);
  const keys = new Map([...own, ...made].map((key) => [key.id, key]));
  const named = new Set(transfers.map(({ keyId }) => keyId));
  if (named.size !== transfers.length || !transfers.every(({ keyId }) => keys.has(keyId)))
    throw invalidField("transfers", "Name each key once, and only keys that this member owns or made.");
  const members = await transaction.member.findMany({
    where: { workspaceId, userId: { in: transfers.map((transfer) => transfer.userId), not: userId } },
    include: { user: { select: { id: true, name: true } } },
  });
  const byId = new Map(members.map((member) => [member.userId, member]));
  return new Map(
    transfers.map((transfer) => {
      const member = byId.get(transfer.userId);
      const stays = keys.get(transfer.keyId)?.ownerId === transfer.userId;
      if (!member || (member.suspendedAt && !stays))
        throw invalidField("transfers", "A key can go to another active member of the workspace.");
      return [transfer.keyId, member.user];
    }),
  );
}

/**
 * Decides about every key through which the leaver could go on acting. Who leaves by themselves has no say in managing keys of
 * others: those go on, but manage no keys any more, and neither does a key that they hand on.
 */
export async function settleKeys(
  transaction: Transaction,
  actor: MemberActor,
  leaver: MemberWithUser,
  newOwners: Map<string, NewOwner>,
): Promise<KeyCounts> {
  const { workspaceId, userId: ownerId } = leaver;
  const leaves = actor.userId === ownerId;
  const own = await transaction.apiKey.findMany({ where: { workspaceId, ownerId, revokedAt: null } });
  const made = await findManagingKeysMade(transaction, leaver);
  const counts = { revoked: 0, transferred: 0, kept: 0 };
  for (const key of [...own, ...made]) {
    const isOthers = key.ownerId !== ownerId;
    const newOwner = newOwners.get(key.id);
    if (isOthers && leaves) {
      await withdrawManaging(transaction, actor, key);
    } else if (newOwner?.id === key.ownerId) {
      counts.kept += 1;
    } else if (newOwner) {
      const rights = narrowed(key, leaver);
      const data = { ownerId: newOwner.id, ...rights, canManageKeys: rights.canManageKeys && !leaves };
      if (!(await changeLiveKey(transaction, key, data))) continue;
      counts.transferred += 1;
      const owner = {
        from: isOthers ? await nameOf(transaction, key.ownerId) : leaver.user.name,
        to: newOwner.name,
      };
      await recordAuditEvent(transaction, actor, "api_key.transferred", targetOf(key), { owner });
    } else {
      if (!(await changeLiveKey(transaction, key, { revokedAt: new Date() }))) continue;
      counts.revoked += 1;
      const because = isOthers ? `${leaver.user.name}, who made it, left` : `${leaver.user.name} left`;
      await recordAuditEvent(transaction, actor, "api_key.revoked", targetOf(key), { because });
    }
  }
  return counts;
}

/** @returns False where somebody revoked the key at this moment, and has recorded that. */
async function changeLiveKey(
  transaction: Transaction,
  { id, workspaceId, ownerId }: ApiKey,
  data: Prisma.ApiKeyUncheckedUpdateManyInput,
): Promise<boolean> {
  const where = { id, workspaceId, ownerId, revokedAt: null };
  return (await transaction.apiKey.updateMany({ where, data })).count > 0;
}

async function withdrawManaging(transaction: Transaction, actor: MemberActor, key: ApiKey): Promise<void> {
  if (await changeLiveKey(transaction, key, { canManageKeys: false }))
    await recordAuditEvent(transaction, actor, "api_key.manage_withdrawn", targetOf(key), {
      because: `${actor.name}, who made it, left`,
    });
}

/** Its secret is known to who leaves: with an owner of a higher role the key must not be able to do more than it could. */
function narrowed(key: ApiKey, { role }: MemberWithUser): Pick<ApiKey, "permissionLevel" | "canManageKeys"> {
  return {
    permissionLevel: roleMay(role, "api_key.create_read_write") ? key.permissionLevel : "read_only",
    canManageKeys: key.canManageKeys && roleMay(role, "api_key.create_managing"),
  };
}

async function nameOf(transaction: Transaction, id: string): Promise<string> {
  const { name } = await transaction.user.findUniqueOrThrow({ where: { id }, select: { name: true } });
  return name;
}

function targetOf(key: ApiKey) {
  return { type: "api_key", id: key.id, name: key.name } as const;
}
