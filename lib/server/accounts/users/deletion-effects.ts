import type { AccountDeletion } from "@/lib/contracts/account";
import type { ClosedBy } from "@/lib/contracts/workspaces";
import type { Member, Prisma, User, Workspace } from "../../generated/prisma/client";
import { findKeyStandings } from "../../keys/key-status";
import { findKeyUses } from "../../keys/key-uses";
import { db } from "../../runtime";
import { findMemberships, type Viewer } from "../../workspaces/members/find-memberships";
import { memberKey } from "../../workspaces/members/list-member-keys";

/** A workspace of a person, and what deleting the account does to it. */
export type DeletionEffect = {
  workspace: Workspace;
  member: Member & { user: User };
  /**
   * `blocks`: the person is its last owner and it has other members. `deleted`: it has no other members. `left`: it
   * stays.
   */
  outcome: "blocks" | "deleted" | "left";
  /**
   * Why the session can't open the workspace. If it can't, nothing of the workspace is shown and no keys can be
   * transferred.
   */
  closedBy: ClosedBy | "suspended" | null;
  /** Members who can receive keys. Empty if the workspace is closed to the session. */
  newOwners: { userId: string; name: string; email: string | null }[];
};

/** What deleting the account would do to everything the person owns. */
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
        .filter(({ outcome }) => outcome === "deleted")
        .map(async (effect) => ({
          ...named(effect),
          activeKeys: await db().apiKey.count({
            where: { workspaceId: effect.workspace.id, revokedAt: null },
          }),
        })),
    ),
    left: effects
      .filter(({ outcome }) => outcome === "left")
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

/** Before acting on the result, lock these workspaces (lockWorkspace) and call this again. */
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
    // A suspended member's workspace is closed to every session.
    const found = closedBy.get(workspace.id);
    const closed = found === undefined ? "suspended" : found;
    return {
      workspace,
      member,
      outcome: people.length === 0 ? "deleted" : isLastOwner ? "blocks" : "left",
      closedBy: closed,
      newOwners: closed
        ? []
        : active.map(({ user }) => ({ userId: user.id, name: user.name, email: user.email })),
    };
  });
}
