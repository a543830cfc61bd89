import type { Prisma } from "../generated/prisma/client";
import type { Recipient } from "../mail/expiry-notices";

/** The active people of a workspace, who can read mail about its keys: admins about every key, others about their own. */
export async function findRecipients(
  transaction: Prisma.TransactionClient,
  workspaceId: string,
): Promise<(Recipient & { isAdmin: boolean })[]> {
  const members = await transaction.member.findMany({
    where: { workspaceId, suspendedAt: null, user: { email: { not: null }, disabledAt: null } },
    select: { role: true, user: { select: { id: true, email: true, timeZone: true } } },
    orderBy: { createdAt: "asc" },
  });
  return members.flatMap(({ role, user: { email, ...user } }) =>
    email === null ? [] : { ...user, email, isAdmin: role === "owner" || role === "admin" },
  );
}
