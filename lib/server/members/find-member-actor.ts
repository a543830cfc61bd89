import type { MemberActor, Origin } from "../actor";
import { db } from "../runtime";

/** A person in a workspace, by its slug, with the role they have now. Null where they are no member, or a suspended one. */
export async function findMemberActor(
  slug: string,
  user: { id: string; name: string },
  origin: Origin,
): Promise<MemberActor | null> {
  const member = await db().member.findFirst({
    where: { userId: user.id, suspendedAt: null, workspace: { slug } },
  });
  if (!member) return null;
  return {
    type: "member",
    workspaceId: member.workspaceId,
    userId: user.id,
    name: user.name,
    role: member.role,
    origin,
  };
}
