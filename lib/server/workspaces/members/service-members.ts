import { AppError } from "@/lib/contracts/app-error";
import type { AddServiceMemberInput } from "@/lib/contracts/member-input";
import { roleMay } from "@/lib/contracts/permissions";
import type { MemberActor } from "../../actor";
import { recordAuditEvent } from "../../audit/record-audit-event";
import { newId } from "../../new-id";
import { db } from "../../runtime";
import { lockMembers } from "./lock-members";
import { requireManageableMember } from "./manageable-member";

const maximumServiceMembers = 100;

/**
 * Adds a service member. It can't sign in, and owns API keys that stay when people leave.
 * @throws AppError `not_found`, `insufficient_permissions`; `conflict` if the workspace has the maximum number of
 * service members.
 */
export async function addServiceMember(
  actor: MemberActor,
  { name, role }: AddServiceMemberInput,
): Promise<{ userId: string }> {
  return db().$transaction(async (transaction) => {
    const now = await lockMembers(transaction, actor);
    if (!roleMay(now.role, "member.manage")) throw new AppError("insufficient_permissions");
    const { workspaceId } = now;
    // lockMembers prevents concurrent additions, so the count is exact.
    if ((await transaction.user.count({ where: { serviceOf: workspaceId } })) >= maximumServiceMembers)
      throw new AppError(
        "conflict",
        `A workspace can have ${maximumServiceMembers} service members. Remove one to add another.`,
      );
    const userId = newId("usr");
    await transaction.user.create({ data: { id: userId, name, serviceOf: workspaceId } });
    await transaction.member.create({ data: { workspaceId, userId, role } });
    const target = { type: "member", id: userId, name } as const;
    await recordAuditEvent(transaction, now, "member.service_added", target, { role });
    return { userId };
  });
}

/**
 * Renames a service member. People choose their own names.
 * @throws AppError `not_found`, `insufficient_permissions`; `conflict` for a person.
 */
export async function renameServiceMember(actor: MemberActor, userId: string, name: string): Promise<void> {
  await db().$transaction(async (transaction) => {
    const now = await lockMembers(transaction, actor);
    const { user } = await requireManageableMember(transaction, now, userId);
    if (user.serviceOf !== now.workspaceId) throw new AppError("conflict", "People choose their own names.");
    if (user.name === name) return;
    await transaction.user.update({ where: { id: userId, serviceOf: now.workspaceId }, data: { name } });
    await recordAuditEvent(
      transaction,
      now,
      "member.renamed",
      { type: "member", id: userId, name },
      { name: { from: user.name, to: name } },
    );
  });
}
