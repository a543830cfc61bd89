import type { MemberView } from "@/lib/contracts/workspaces";
import type { MemberActor } from "../../actor";
import type { Member } from "../../generated/prisma/client";
import { whereStatus } from "../../keys/key-status";
import { db } from "../../runtime";
import { picturePath } from "../../sessions/person";

/** All members of the workspace, with how many active and how many unrevoked keys each owns. */
export async function listMembers(actor: MemberActor): Promise<MemberView[]> {
  const ofWorkspace = { workspaceId: actor.workspaceId };
  const [members, active, kept] = await Promise.all([
    db().member.findMany({
      where: ofWorkspace,
      include: { user: { select: { name: true, email: true, picture: { select: { version: true } } } } },
      orderBy: [{ createdAt: "asc" }, { userId: "asc" }],
    }),
    db().apiKey.groupBy({
      by: ["ownerId"],
      where: { AND: [ofWorkspace, whereStatus(actor.workspaceId, "active", new Date())] },
      _count: true,
    }),
    db().apiKey.groupBy({ by: ["ownerId"], where: { ...ofWorkspace, revokedAt: null }, _count: true }),
  ]);
  const counts = (rows: typeof kept) => new Map(rows.map((row) => [row.ownerId, row._count]));
  const [activeKeys, keys] = [counts(active), counts(kept)];
  return members.map((member) => ({
    userId: member.userId,
    name: member.user.name,
    email: member.user.email,
    picture: picturePath(member.userId, member.user.picture),
    role: member.role,
    suspended: member.suspendedAt !== null,
    createdAt: member.createdAt.toISOString(),
    joinedBySso: singleSignOnDetails(member),
    activeKeys: activeKeys.get(member.userId) ?? 0,
    keys: keys.get(member.userId) ?? 0,
  }));
}

function singleSignOnDetails({
  ssoDomain,
  ssoLabel,
  ssoIssuer,
  ssoSubject,
}: Member): MemberView["joinedBySso"] {
  if (ssoDomain === null) return null;
  return { domain: ssoDomain, account: ssoLabel, issuer: ssoIssuer, subject: ssoSubject };
}
