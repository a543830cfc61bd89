import type { MemberView } from "@/lib/contracts/workspaces";
import type { MemberActor } from "../actor";
import type { Member } from "../generated/prisma/client";
import { db } from "../runtime";
import { picturePath } from "../users/picture-path";

/** Everyone in the workspace, with the number of keys each owns that could still be used. */
export async function listMembers(actor: MemberActor): Promise<MemberView[]> {
  const [members, keys] = await Promise.all([
    db().member.findMany({
      where: { workspaceId: actor.workspaceId },
      include: { user: { select: { name: true, email: true, picture: { select: { version: true } } } } },
      orderBy: [{ createdAt: "asc" }, { userId: "asc" }],
    }),
    db().apiKey.groupBy({
      by: ["ownerId"],
      where: {
        workspaceId: actor.workspaceId,
        revokedAt: null,
        OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }],
      },
      _count: true,
    }),
  ]);
  const counts = new Map(keys.map((row) => [row.ownerId, row._count]));
  return members.map((member) => ({
    userId: member.userId,
    name: member.user.name,
    email: member.user.email,
    picture: picturePath(member.userId, member.user.picture),
    role: member.role,
    suspended: member.suspendedAt !== null,
    createdAt: member.createdAt.toISOString(),
    joinedBySso: howTheyJoined(member),
    activeKeys: counts.get(member.userId) ?? 0,
  }));
}

function howTheyJoined({ ssoDomain, ssoLabel, ssoIssuer, ssoSubject }: Member): MemberView["joinedBySso"] {
  if (ssoDomain === null) return null;
  return { domain: ssoDomain, account: ssoLabel, issuer: ssoIssuer, subject: ssoSubject };
}
