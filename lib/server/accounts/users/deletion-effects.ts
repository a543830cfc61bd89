import type { AccountDeletion } from "@/lib/contracts/account";
import type { ClosedBy } from "@/lib/contracts/workspaces";
import type { Member, Prisma, User, Workspace } from "../../generated/prisma/client";
import { findKeyStandings } from "../../keys/key-status";
import { findKeyUses } from "../../keys/key-uses";
import { db } from "../../runtime";
import { findMemberships, type Viewer } from "../../workspaces/members/find-memberships";
import { memberKey } from "../../workspaces/members/list-member-keys";

/** A workspace a person is in, and what becomes of it when they are no more. */
export type DeletionEffect = {
  workspace: Workspace;
  member: Member & { user: User };
  /** `blocks`: its last owner, with others in it. `ends`: deletedAccountOwner else is in it. */
  outcome: "blocks" | "ends" | "goes on";
  /** What keeps the session out of the workspace: nothing of it is shown, and none of its keys can be transferred. */
  closedBy: ClosedBy | "suspended" | null;
  /** Who may get a key. Empty where the workspace is closed. */
  newOwners: { userId: string; name: string; email: string | null }[];
};

/** What would become of everything the person has, if they deleted their account now. */
export async function previewDeletion(viewer: Viewer): Promise<AccountDeletion> {
  const { userId } = viewer;
  const effects = await findDeletionEffects(db(), viewer);
  const keys = await db().apiKey.findMany({
    where: { ownerId: userId, revokedAt: null },
    orderBy: { id: "desc" },
  });
  const [standings, uses] = await Promise.all([
    findKeyStandings(keys),
    findKeyUses(keys.map(({ id }) => id)),
  ]);
  const named = ({ workspace: { id, slug, name } }: DeletionEffect) => ({ id, slug, name });
  return {
    blockedBy: effects.filter(({ outcome }) => outcome === "blocks").map(named),
    deleted: await Promise.all(
      effects
        .filter(({ outcome }) => outcome === "ends")
        .map(async (effect) => ({
          ...named(effect),
          activeKeys: await db().apiKey.count({
            where: { workspaceId: effect.workspace.id, revokedAt: null },
          }),
        })),
    ),
    left: effects
      .filter(({ outcome }) => outcome === "goes on")
      .map((effect) => ({
        ...named(effect),
        closed: effect.closedBy !== null,
        newOwners: effect.newOwners,
        keys: (effect.closedBy ? [] : keys)
          .filter((key) => key.workspaceId === effect.workspace.id)
          .map((key) => memberKey(key, standings, uses, null)),
      })),
  };
}

/** Whoever acts on it holds the people of these workspaces (lockWorkspace) and asks again under the locks. */
export async function findDeletionEffects(
  transaction: Prisma.TransactionClient,
  viewer: Viewer,
): Promise<DeletionEffect[]> {
  const { userId } = viewer;
  const members = await transaction.member.findMany({
    where: { userId },
    include: { user: true, workspace: { include: { members: { include: { user: true } } } } },
    orderBy: { workspaceId: "asc" },
  });
  const memberships = await findMemberships(viewer, {}, transaction);
  const closedBy = new Map(memberships.map((one) => [one.workspace.id, one.closedBy]));
  return members.map(({ workspace: { members: everyone, ...workspace }, ...member }) => {
    const others = everyone.filter((other) => other.userId !== userId);
    const active = others.filter((other) => !other.suspendedAt);
    const people = others.filter(({ user }) => user.serviceOf === null);
    const isLastOwner =
      member.role === "owner" && !member.suspendedAt && !active.some(({ role }) => role === "owner");
    // A suspended member has no membership that any session may see.
    const found = closedBy.get(workspace.id);
    const closed = found === undefined ? "suspended" : found;
    return {
      workspace,
      member,
      outcome: people.length === 0 ? "ends" : isLastOwner ? "blocks" : "goes on",
      closedBy: closed,
      newOwners: closed
        ? []
        : active.map(({ user }) => ({ userId: user.id, name: user.name, email: user.email })),
    };
  });
}
