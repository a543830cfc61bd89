import type { MemberKey, MemberKeys } from "@/lib/contracts/members";
import type { MemberActor } from "../../actor";
import type { ApiKey } from "../../generated/prisma/client";
import { findKeyStandings, type KeyStanding } from "../../keys/key-status";
import { findKeyUses, type KeyUses } from "../../keys/key-uses";
import { db } from "../../runtime";
import { requireManageableMember } from "./manageable-member";
import { findManagingKeysMade } from "./managing-keys-made";

/**
 * The keys to decide about: before a member is removed, all their unrevoked keys and other members' managing keys
 * that they created; before they are suspended or lose the permission to manage keys, only the latter. Members who
 * leave or step down voluntarily don't decide about other members' keys.
 */
export async function listMemberKeys(actor: MemberActor, userId: string): Promise<MemberKeys> {
  await requireManageableMember(db(), actor, userId);
  const { workspaceId } = actor;
  const own = await db().apiKey.findMany({
    where: { workspaceId, ownerId: userId, revokedAt: null },
    orderBy: { id: "desc" },
  });
  const made = await findManagingKeysMade(db(), { workspaceId, userId });
  const owners = await db().user.findMany({
    where: { id: { in: made.map(({ ownerId }) => ownerId) } },
    select: { id: true, name: true },
  });
  const names = new Map(owners.map(({ id, name }) => [id, name]));
  const keys = [...own, ...made];
  const [standings, uses] = await Promise.all([
    findKeyStandings(keys),
    findKeyUses(keys.map(({ id }) => id)),
  ]);
  const owned = own.map((key) => memberKey(key, standings, uses, null));
  const others = made.map((key) =>
    memberKey(key, standings, uses, { userId: key.ownerId, name: names.get(key.ownerId) ?? "" }),
  );
  return userId === actor.userId
    ? { keys: owned, withdrawn: others }
    : { keys: [...owned, ...others], withdrawn: [] };
}

/** A key to decide about. */
export function memberKey(
  key: ApiKey,
  standings: Map<string, KeyStanding>,
  uses: Map<string, KeyUses>,
  owner: MemberKey["owner"],
): MemberKey {
  const { id, name, prefix, suffix } = key;
  const { status, statusReason, rights } = standings.get(id) as KeyStanding;
  const { permissionLevel } = rights ?? key;
  return {
    id,
    name,
    prefix,
    suffix,
    permissionLevel,
    status,
    statusReason,
    lastUsedAt: uses.get(id)?.lastUse?.at ?? null,
    owner,
  };
}
