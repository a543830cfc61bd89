import { AppError } from "@/lib/contracts/app-error";
import type { MemberActor } from "../../actor";
import type { Prisma } from "../../generated/prisma/client";

/**
 * Locks the workspace's members and reads the actor's role again. Without this, two owners could demote each other at
 * the same time (S43).
 * @returns The actor with their current role.
 * @throws AppError `not_found` if the actor was removed or suspended.
 */
export async function lockMembers(
  transaction: Prisma.TransactionClient,
  actor: MemberActor,
): Promise<MemberActor> {
  await lockWorkspace(transaction, actor.workspaceId);
  const member = await transaction.member.findUnique({
    where: {
      workspaceId_userId: { workspaceId: actor.workspaceId, userId: actor.userId },
      suspendedAt: null,
    },
  });
  if (!member) throw new AppError("not_found");
  return { ...actor, role: member.role };
}

/** Serializes changes to a workspace's members until the transaction ends. Keys can still be used and created. */
export async function lockWorkspace(
  transaction: Prisma.TransactionClient,
  workspaceId: string,
): Promise<void> {
  await transaction.$executeRaw`SELECT 1 FROM workspaces WHERE id = ${workspaceId} FOR NO KEY UPDATE`;
}

/** Locks all workspaces of a user, in the order of their ids: two such transactions can't deadlock. @returns Their ids. */
export async function lockWorkspacesOf(
  transaction: Prisma.TransactionClient,
  userId: string,
): Promise<string[]> {
  const members = await transaction.member.findMany({ where: { userId }, orderBy: { workspaceId: "asc" } });
  for (const { workspaceId } of members) await lockWorkspace(transaction, workspaceId);
  return members.map(({ workspaceId }) => workspaceId);
}
