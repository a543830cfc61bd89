import type { MemberKey } from "@/lib/contracts/members";
import type { MemberActor } from "../actor";
import { keyStatus } from "../api-keys/key-status";
import type { ApiKey } from "../generated/prisma/client";
import { db } from "../runtime";
import { requireManageableMember } from "./manageable-member";
import { findManagingKeysMade } from "./managing-keys-made";

/**
 * The keys to decide about before a member is removed: all of theirs that are not revoked, then managing keys of others that
 * they made. Who leaves by themselves has no say in those of others.
 */
export async function listMemberKeys(actor: MemberActor, userId: string): Promise<MemberKey[]> {
  await requireManageableMember(db(), actor, userId);
  const { workspaceId } = actor;
  const own = await db().apiKey.findMany({
    where: { workspaceId, ownerId: userId, revokedAt: null },
    orderBy: { id: "desc" },
  });
  const made = userId === actor.userId ? [] : await findManagingKeysMade(db(), { workspaceId, userId });
  const owners = await db().user.findMany({
    where: { id: { in: made.map(({ ownerId }) => ownerId) } },
    select: { id: true, name: true },
  });
  const names = new Map(owners.map(({ id, name }) => [id, name]));
  return [
    ...own.map((key) => memberKey(key, null)),
    ...made.map((key) => memberKey(key, { userId: key.ownerId, name: names.get(key.ownerId) ?? "" })),
  ];
}

export function memberKey(key: ApiKey, owner: MemberKey["owner"]): MemberKey {
  const { id, name, prefix, suffix, permissionLevel } = key;
  return { id, name, prefix, suffix, permissionLevel, status: keyStatus(key, new Date()), owner };
}
