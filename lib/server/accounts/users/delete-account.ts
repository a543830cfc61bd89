import type { DeleteAccountInput } from "@/lib/contracts/account-input";
import { AppError, invalidField } from "@/lib/contracts/app-error";
import type { MemberActor, Origin } from "../../actor";
import { recordAccountEvent } from "../../audit/record-audit-event";
import type { Prisma } from "../../generated/prisma/client";
import { notifyAccountDeleted } from "../../mail/security-notices";
import { db, runtime } from "../../runtime";
import { lockUser } from "../../sessions/lock-user";
import { personOf } from "../../sessions/person";
import type { CurrentSession } from "../../sessions/session-store";
import { eraseWorkspace } from "../../workspaces/delete-workspace";
import type { Viewer } from "../../workspaces/members/find-memberships";
import { lockWorkspacesOf } from "../../workspaces/members/lock-members";
import { removeMembership } from "../../workspaces/members/remove-member";
import { type DeletionEffect, findDeletionEffects } from "./deletion-effects";

type Transaction = Prisma.TransactionClient;

/** Whom the revoked keys of deleted accounts belong to. Its address is none that can be typed, so deletedAccountOwner ever signs in as it. */
export const deletedAccountOwner = {
  id: "usr_deleted",
  email: "deleted account",
  name: "Deleted account",
} as const;

/**
 * Deletes the account for ever, with all that is decided about what it owns: everything happens or nothing. When this returns,
 * its sessions and the keys that were not given to somebody else are refused, on every instance.
 * @throws AppError `conflict` while a workspace would be left without an owner, and where what is owned is no longer what the
 * person was asked about; `undecided_keys`; `invalid_request` naming `email`, `transfers` or `revocations`; `not_signed_in` where it is gone already.
 */
export async function deleteAccount(
  session: CurrentSession,
  input: DeleteAccountInput,
  origin: Origin,
): Promise<void> {
  const { userId } = session;
  if (input.email !== session.email) throw invalidField("email", `Type ${session.email}, letter for letter.`);
  await db().$transaction(async (transaction) => {
    const effects = await lockAndFindEffects(transaction, session);
    requireDecided(effects, input);
    for (const effect of effects) await applyEffect(transaction, effect, input, origin);
    // Only now is the person's own row held: who makes a key or accepts an invitation holds it after what is locked above.
    if (!(await lockUser(transaction, userId, { changesKey: true }))) throw new AppError("not_signed_in");
    const user = personOf(await transaction.user.findUniqueOrThrow({ where: { id: userId } }));
    if ((await transaction.member.count({ where: { userId } })) > 0) throw changedMeanwhile();
    await revokeKeys(transaction, userId);
    await transaction.mailedLink.deleteMany({ where: { OR: [{ userId }, { email: user.email }] } });
    await recordAccountEvent(transaction, user, "account.deleted", origin);
    await notifyAccountDeleted(transaction, user, origin);
    // Sessions, second steps, devices and every way in go with the row.
    await transaction.user.delete({ where: { id: userId } });
  });
  await runtime().engine.rejections.waitUntilRejectedEverywhere();
}

/** The person's workspaces, with their people locked, in an order that no two deletions can cross in. */
async function lockAndFindEffects(transaction: Transaction, viewer: Viewer): Promise<DeletionEffect[]> {
  const { userId } = viewer;
  const locked = new Set(await lockWorkspacesOf(transaction, userId));
  if ((await transaction.user.count({ where: { id: userId } })) === 0) throw new AppError("not_signed_in");
  const effects = await findDeletionEffects(transaction, viewer);
  if (!effects.every(({ workspace }) => locked.has(workspace.id))) throw changedMeanwhile();
  return effects;
}

/** Nothing ends, and nothing is given away, that the person was not asked about. */
function requireDecided(
  effects: DeletionEffect[],
  { deletedWorkspaces, transfers, revocations }: DeleteAccountInput,
): void {
  const blocking = effects
    .filter(({ outcome }) => outcome === "blocks")
    .map(({ workspace }) => workspace.name);
  if (blocking.length > 0)
    throw new AppError(
      "conflict",
      `You are the last owner of ${blocking.join(", ")}. Make another member owner first.`,
    );
  const ending = effects.filter(({ outcome }) => outcome === "ends").map(({ workspace }) => workspace.id);
  if (ending.length !== deletedWorkspaces.length || !ending.every((id) => deletedWorkspaces.includes(id)))
    throw changedMeanwhile();
  const newOwners = new Map(
    effects
      .filter(({ outcome }) => outcome === "goes on")
      .map((effect) => [effect.workspace.id, new Set(effect.newOwners.map((newOwner) => newOwner.userId))]),
  );
  if (!transfers.every(({ workspaceId, userId }) => newOwners.get(workspaceId)?.has(userId)))
    throw invalidField("transfers", "A key can go to another active member of its workspace.");
  if (!revocations.every(({ workspaceId }) => newOwners.has(workspaceId)))
    throw invalidField("revocations", "Name only keys that are to be decided about.");
}

async function applyEffect(
  transaction: Transaction,
  { workspace, member, outcome, closedBy }: DeletionEffect,
  { transfers, revocations, otherKeys }: DeleteAccountInput,
  origin: Origin,
): Promise<void> {
  const actor: MemberActor = {
    type: "member",
    workspaceId: workspace.id,
    userId: member.userId,
    name: member.user.name,
    role: member.role,
    origin,
  };
  if (outcome === "ends") return eraseWorkspace(transaction, actor, workspace);
  const isHere = ({ workspaceId }: { workspaceId: string }) => workspaceId === workspace.id;
  await removeMembership(transaction, actor, member, {
    transfers: transfers.filter(isHere),
    revocations: revocations.filter(isHere).map(({ keyId }) => keyId),
    // A closed workspace shows none of its keys, so none can be asked about.
    otherKeys: closedBy ? "revoke" : otherKeys,
  });
}

/** Their revoked keys stay revoked keys, which a program is told and an admin can look up; they need an owner. */
async function revokeKeys(transaction: Transaction, userId: string): Promise<void> {
  if ((await transaction.apiKey.count({ where: { ownerId: userId } })) === 0) return;
  await transaction.$executeRaw`
    INSERT INTO users (id, email, name, updated_at) VALUES (${deletedAccountOwner.id}, ${deletedAccountOwner.email}, ${deletedAccountOwner.name}, now())
    ON CONFLICT DO NOTHING`;
  await transaction.$executeRaw`
    UPDATE api_keys SET owner_id = ${deletedAccountOwner.id}, revoked_at = coalesce(revoked_at, now()) WHERE owner_id = ${userId}`;
}

function changedMeanwhile(): AppError {
  return new AppError(
    "conflict",
    "What you own has changed since you were asked. Close this, and look at it again.",
  );
}
