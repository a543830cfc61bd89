import type { MemberKey } from "@/lib/contracts/members";
import type { MemberActor } from "../actor";
import { keyStatus } from "../api-keys/key-status";
import { db } from "../runtime";
import { requireManageableMember } from "./manageable-member";

/** The keys that somebody must decide about before this member can go: all that are not revoked. */
export async function listMemberKeys(actor: MemberActor, userId: string): Promise<MemberKey[]> {
  await requireManageableMember(db(), actor, userId);
  const now = new Date();
  const keys = await db().apiKey.findMany({
    where: { workspaceId: actor.workspaceId, ownerId: userId, revokedAt: null },
    orderBy: { id: "desc" },
  });
  return keys.map((key) => ({
    id: key.id,
    name: key.name,
    prefix: key.prefix,
    suffix: key.suffix,
    permissionLevel: key.permissionLevel,
    status: keyStatus(key, now),
  }));
}
