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
 * Permanently deletes a workspace with its members, invitations, and keys. When this returns, no instance accepts any
 * of its keys. The access log and the audit log stay available to the operator (decision 012).
 * @param slug As typed by the person.
 * @throws AppError `invalid_request` naming `slug`; `insufficient_permissions` if the person is no longer an owner.
 */
export async function deleteWorkspace(actor: MemberActor, slug: string): Promise<void> {
  await db().$transaction(async (transaction) => {
    const now = await lockMembers(transaction, actor);
    if (!roleMay(now.role, "workspace.delete")) throw new AppError("insufficient_permissions");
    const workspace = await transaction.workspace.findUniqueOrThrow({ where: { id: now.workspaceId } });
    if (workspace.slug !== slug) throw invalidField("slug", `Type ${workspace.slug} exactly.`);
    await notifyOwners(transaction, now, workspace.name);
    await eraseWorkspace(transaction, now, workspace);
  });
  await runtime().engine.rejections.waitUntilRejectedEverywhere();
}

/** Deletes the workspace's data. The caller's transaction must hold lockWorkspace. */
export async function eraseWorkspace(
  transaction: Transaction,
  actor: MemberActor,
  { id, name, slug }: { id: string; name: string; slug: string },
): Promise<void> {
  // Delete members first: a concurrent key creation holds the owner's membership row, so its key exists when keys are
  // deleted.
  const { count: members } = await transaction.member.deleteMany({ where: { workspaceId: id } });
  // Entries still being written would recreate the rows deleted below.
  await runtime().engine.accessLog.settled();
  const activeKeys = await transaction.apiKey.count({ where: { workspaceId: id, revokedAt: null } });
  await transaction.$executeRaw`
    DELETE FROM access_log.last_uses WHERE key_id IN (SELECT id FROM api_keys WHERE workspace_id = ${id})`;
  await transaction.$executeRaw`
    DELETE FROM access_log.callers WHERE key_id IN (SELECT id FROM api_keys WHERE workspace_id = ${id})`;
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
