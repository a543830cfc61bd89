import type { AccountDeletion } from "@/lib/contracts/account";
import { keyStatus } from "../api-keys/key-status";
import type { Member, Prisma, User, Workspace } from "../generated/prisma/client";
import { db } from "../runtime";
import { hasSecondStep } from "../second-steps/has-second-step";

/** A workspace a person is in, and what becomes of it when they are no more. */
export type Belonging = {
  workspace: Workspace;
  member: Member & { user: User };
  /** `blocks`: its last owner, with others in it. `ends`: nobody else is in it. */
  fate: "blocks" | "ends" | "goes on";
  /** Who may get a key. Empty where the workspace is closed to the person, who has no say in it then. */
  heirs: { userId: string; name: string; email: string | null }[];
};

/** What would become of everything the person has, if they deleted their account now. */
export async function previewDeletion(userId: string): Promise<AccountDeletion> {
  const belongings = await findBelongings(db(), userId);
  const now = new Date();
  const keys = await db().apiKey.findMany({
    where: { ownerId: userId, revokedAt: null },
    orderBy: { id: "desc" },
  });
  const named = ({ workspace: { id, slug, name } }: Belonging) => ({ id, slug, name });
  return {
    blockedBy: belongings.filter(({ fate }) => fate === "blocks").map(named),
    deleted: await Promise.all(
      belongings
        .filter(({ fate }) => fate === "ends")
        .map(async (belonging) => ({
          ...named(belonging),
          activeKeys: await db().apiKey.count({
            where: { workspaceId: belonging.workspace.id, revokedAt: null },
          }),
        })),
    ),
    left: belongings
      .filter(({ fate }) => fate === "goes on")
      .map((belonging) => ({
        ...named(belonging),
        heirs: belonging.heirs,
        keys: keys
          .filter((key) => key.workspaceId === belonging.workspace.id)
          .map((key) => ({
            id: key.id,
            name: key.name,
            prefix: key.prefix,
            suffix: key.suffix,
            permissionLevel: key.permissionLevel,
            status: keyStatus(key, now),
          })),
      })),
  };
}

/** Whoever acts on it holds the people of these workspaces (lockWorkspace) and asks again under the locks. */
export async function findBelongings(
  transaction: Prisma.TransactionClient,
  userId: string,
): Promise<Belonging[]> {
  const members = await transaction.member.findMany({
    where: { userId },
    include: { user: true, workspace: { include: { members: { include: { user: true } } } } },
    orderBy: { workspaceId: "asc" },
  });
  const secondStep = await hasSecondStep(userId, transaction);
  return members.map(({ workspace: { members: everyone, ...workspace }, ...member }) => {
    const others = everyone.filter((other) => other.userId !== userId);
    const active = others.filter((other) => !other.suspendedAt);
    const people = others.filter(({ user }) => user.serviceOf === null);
    const isLastOwner =
      member.role === "owner" && !member.suspendedAt && !active.some(({ role }) => role === "owner");
    const closed = member.suspendedAt !== null || (workspace.requireTwoStep && !secondStep);
    return {
      workspace,
      member,
      fate: people.length === 0 ? "ends" : isLastOwner ? "blocks" : "goes on",
      heirs: closed
        ? []
        : active.map(({ user }) => ({ userId: user.id, name: user.name, email: user.email })),
    };
  });
}
