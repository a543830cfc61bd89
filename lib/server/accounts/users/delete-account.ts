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

/** The owner of the revoked keys of deleted accounts. Its email isn't a valid address, so it can't be used to sign in. */
export const deletedAccountOwner = {
  id: "usr_deleted",
  email: "deleted account",
  name: "Deleted account",
} as const;

/**
 * Permanently deletes the account and applies the decisions about its keys and workspaces, atomically. When this
 * returns, every instance rejects its sessions and the keys that weren't transferred.
 * @throws AppError `conflict` if a workspace would be left without an owner, or if what the person owns has changed
 * since they were asked; `undecided_keys`; `invalid_request` naming `email`, `transfers`, or `revocations`;
 * `not_signed_in` if the account is already deleted.
 */
export async function deleteAccount(
  session: CurrentSession,
  input: DeleteAccountInput,
  origin: Origin,
): Promise<void> {
  const { userId } = session;
  if (input.email !== session.email) throw invalidField("email", `Type ${session.email} exactly.`);
  await db().$transaction(async (transaction) => {
    const effects = await lockAndFindEffects(transaction, session);
    requireDecided(effects, input);
    for (const effect of effects) await applyEffect(transaction, effect, input, origin);
    // Lock the user last: someone who creates a key or accepts an invitation locks it after the rows locked above.
    if (!(await lockUser(transaction, userId, { changesKey: true }))) throw new AppError("not_signed_in");
    const user = personOf(await transaction.user.findUniqueOrThrow({ where: { id: userId } }));
    if ((await transaction.member.count({ where: { userId } })) > 0) throw outdatedReview();
    await revokeKeys(transaction, userId);
    await transaction.mailedLink.deleteMany({ where: { OR: [{ userId }, { email: user.email }] } });
    await recordAccountEvent(transaction, user, "account.deleted", origin);
    await notifyAccountDeleted(transaction, user, origin);
    // Deleting the row also deletes sessions, second factors, devices, and sign-in methods.
    await transaction.user.delete({ where: { id: userId } });
  });
  await runtime().engine.rejections.waitUntilRejectedEverywhere();
}

/** Locks the person's workspaces and returns what the deletion does to each. */
async function lockAndFindEffects(transaction: Transaction, viewer: Viewer): Promise<DeletionEffect[]> {
  const { userId } = viewer;
  const locked = new Set(await lockWorkspacesOf(transaction, userId));
  if ((await transaction.user.count({ where: { id: userId } })) === 0) throw new AppError("not_signed_in");
  const effects = await findDeletionEffects(transaction, viewer);
  if (!effects.every(({ workspace }) => locked.has(workspace.id))) throw outdatedReview();
  return effects;
}

/** Rejects a deletion that would affect anything the person wasn't asked about. */
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
      `You're the last owner of ${blocking.join(", ")}. Make another member an owner first.`,
    );
  const ending = effects.filter(({ outcome }) => outcome === "deleted").map(({ workspace }) => workspace.id);
  if (ending.length !== deletedWorkspaces.length || !ending.every((id) => deletedWorkspaces.includes(id)))
    throw outdatedReview();
  const newOwners = new Map(
    effects
      .filter(({ outcome }) => outcome === "left")
      .map((effect) => [effect.workspace.id, new Set(effect.newOwners.map((newOwner) => newOwner.userId))]),
  );
  if (!transfers.every(({ workspaceId, userId }) => newOwners.get(workspaceId)?.has(userId)))
    throw invalidField("transfers", "Choose another active member of the workspace as the new owner.");
  if (!revocations.every(({ workspaceId }) => newOwners.has(workspaceId)))
    throw invalidField("revocations", "List only keys that the deletion affects.");
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
  if (outcome === "deleted") return eraseWorkspace(transaction, actor, workspace);
  const isHere = ({ workspaceId }: { workspaceId: string }) => workspaceId === workspace.id;
  await removeMembership(transaction, actor, member, {
    transfers: transfers.filter(isHere),
    revocations: revocations.filter(isHere).map(({ keyId }) => keyId),
    // The keys of a closed workspace are hidden, so the person can't decide about them.
    otherKeys: closedBy ? "revoke" : otherKeys,
  });
}

/** Keeps the rows of revoked keys, so that programs get `revoked_key` and admins can look the keys up. They need an owner. */
async function revokeKeys(transaction: Transaction, userId: string): Promise<void> {
  if ((await transaction.apiKey.count({ where: { ownerId: userId } })) === 0) return;
  await transaction.$executeRaw`
    INSERT INTO users (id, email, name, updated_at) VALUES (${deletedAccountOwner.id}, ${deletedAccountOwner.email}, ${deletedAccountOwner.name}, now())
    ON CONFLICT DO NOTHING`;
  await transaction.$executeRaw`
    UPDATE api_keys SET owner_id = ${deletedAccountOwner.id}, revoked_at = coalesce(revoked_at, now()) WHERE owner_id = ${userId}`;
}

function outdatedReview(): AppError {
  return new AppError(
    "conflict",
    "What you own has changed in the meantime. Close this dialog and review it again.",
  );
}
