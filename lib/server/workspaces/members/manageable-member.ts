import { AppError } from "@/lib/contracts/app-error";
import { type Role, roleMay } from "@/lib/contracts/permissions";
import type { MemberActor } from "../../actor";
import type { Member, Prisma, User } from "../../generated/prisma/client";

export type MemberWithUser = Member & { user: User };

/**
 * A member that the actor can change: admins manage members, only owners manage owners, and everyone manages
 * themselves.
 * @throws AppError `not_found`, `insufficient_permissions`
 */
export async function requireManageableMember(
  transaction: Prisma.TransactionClient,
  actor: MemberActor,
  userId: string,
): Promise<MemberWithUser> {
  const isSelf = userId === actor.userId;
  if (!isSelf && !roleMay(actor.role, "member.manage")) throw new AppError("insufficient_permissions");
  const member = await transaction.member.findUnique({
    where: { workspaceId_userId: { workspaceId: actor.workspaceId, userId } },
    include: { user: true },
  });
  if (!member) throw new AppError("not_found", "Member not found.");
  if (!isSelf) requireMayManageRole(actor, member.role);
  return member;
}

/**
 * @param actor With the role from lockMembers: an admin may have been demoted since the request was authorized.
 * @throws AppError `insufficient_permissions` if the actor can't manage members, or isn't an owner and the role is
 * owner.
 */
export function requireMayManageRole(actor: MemberActor, role: Role): void {
  if (!roleMay(actor.role, "member.manage")) throw new AppError("insufficient_permissions");
  if (role === "owner" && !roleMay(actor.role, "member.manage_owners"))
    throw new AppError("insufficient_permissions", "Only owners can manage owners.");
}

/** @throws AppError `conflict` if no active owner would be left. Call it after lockMembers. */
export async function requireAnotherOwner(
  transaction: Prisma.TransactionClient,
  member: Member,
): Promise<void> {
  if (member.role !== "owner" || member.suspendedAt) return;
  const others = await transaction.member.count({
    where: {
      workspaceId: member.workspaceId,
      role: "owner",
      suspendedAt: null,
      userId: { not: member.userId },
    },
  });
  if (others === 0)
    throw new AppError("conflict", "A workspace needs an owner. Make another member an owner first.");
}
