import { AppError, invalidField } from "@/lib/contracts/app-error";
import { roleMay } from "@/lib/contracts/permissions";
import type { MemberActor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import type { Prisma } from "../generated/prisma/client";
import { notifyWorkspaceDeleted } from "../mail/security-notices";
import { db, runtime } from "../runtime";
import { personOf } from "../sessions/person";
import { lockMembers } from "./members/lock-members";

type Transaction = Prisma.TransactionClient;

/**
 * Deletes a workspace for ever: its people, invitations and keys. When this returns, no instance accepts a key of it. Access
 * log and audit log stay for the operator (decision 012).
 * @param slug Typed by whoever asks.
 * @throws AppError `invalid_request` naming `slug`; `insufficient_permissions` for who is no owner (any more).
 */
export async function deleteWorkspace(actor: MemberActor, slug: string): Promise<void> {
  await db().$transaction(async (transaction) => {
    const now = await lockMembers(transaction, actor);
    if (!roleMay(now.role, "workspace.delete")) throw new AppError("insufficient_permissions");
    const workspace = await transaction.workspace.findUniqueOrThrow({ where: { id: now.workspaceId } });
    if (workspace.slug !== slug) throw invalidField("slug", `Type ${workspace.slug}, letter for letter.`);
    await notifyOwners(transaction, now, workspace.name);
    await eraseWorkspace(transaction, now, workspace);
  });
  await runtime().engine.rejections.waitUntilRejectedEverywhere();
}

/** The deletion itself, in a transaction that holds the workspace's people. */
export async function eraseWorkspace(
  transaction: Transaction,
  actor: MemberActor,
  { id, name, slug }: { id: string; name: string; slug: string },
): Promise<void> {
  // Members first: who makes a key at this moment holds the owner's row, and the key is then there to be deleted with the rest.
  const { count: members } = await transaction.member.deleteMany({ where: { workspaceId: id } });
  // What is on its way into the log would bring back what is deleted here.
  await runtime().engine.accessLog.settled();
  const activeKeys = await transaction.apiKey.count({ where: { workspaceId: id, revokedAt: null } });
  await transaction.$executeRaw`
    DELETE FROM access_log.last_uses WHERE key_id IN (SELECT id FROM api_keys WHERE workspace_id = ${id})`;
  await transaction.workspace.delete({ where: { id } });
  await recordAuditEvent(
    transaction,
    actor,
    "workspace.deleted",
    { type: "workspace", id, name },
    { slug, members, activeKeys },
  );
}

async function notifyOwners(transaction: Transaction, actor: MemberActor, name: string): Promise<void> {
  const owners = await transaction.member.findMany({
    where: { workspaceId: actor.workspaceId, role: "owner" },
    select: { user: { select: { email: true } } },
  });
  for (const { user } of owners)
    await notifyWorkspaceDeleted(transaction, personOf(user), name, actor.name, actor.origin);
}
