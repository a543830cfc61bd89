import { AppError } from "@/lib/contracts/app-error";
import type { ChangeRoleInput } from "@/lib/contracts/member-input";
import type { SettledKeys } from "@/lib/contracts/members";
import { losesManaging, roleMay } from "@/lib/contracts/permissions";
import type { MemberActor } from "../../actor";
import { recordAuditEvent } from "../../audit/record-audit-event";
import { db, runtime } from "../../runtime";
import { lockPeople } from "./lock-people";
import { requireAnotherOwner, requireManageableMember, requireMayTouch } from "./manageable-member";
import { noKeysSettled, settleKeys } from "./settle-keys";
import { withdrawUnbacked } from "./withdraw-unbacked";

/**
 * Gives a member another role. Their keys can do no more than it, anywhere, from the moment this returns. Of a member who may
 * no longer manage keys, the managing keys of others that they made are settled as decided.
 * @throws AppError `not_found`, `insufficient_permissions`; `conflict` for the last owner, and for a service member that would be
 * one; `undecided_keys` and `invalid_request` as settleKeys does.
 */
export async function changeRole(
  actor: MemberActor,
  userId: string,
  { role, ...decisions }: ChangeRoleInput,
): Promise<SettledKeys> {
  const settled = await db().$transaction(async (transaction) => {
    const now = await lockPeople(transaction, actor);
    if (!roleMay(now.role, "member.manage")) throw new AppError("insufficient_permissions");
    const member = await requireManageableMember(transaction, now, userId);
    requireMayTouch(now, role);
    if (role === "owner" && member.user.serviceOf)
      throw new AppError("conflict", "A service member is no person, and cannot own the workspace.");
    if (member.role === role) return noKeysSettled;
    await requireAnotherOwner(transaction, member);
    const keys = losesManaging(member.role, role)
      ? await settleKeys(transaction, now, member, "may no longer manage API keys", decisions)
      : noKeysSettled;
    await transaction.member.update({
      where: { workspaceId_userId: { workspaceId: now.workspaceId, userId } },
      data: { role },
    });
    await withdrawUnbacked(transaction, now, member.user, role);
    await recordAuditEvent(
      transaction,
      now,
      "member.role_changed",
      { type: "member", id: userId, name: member.user.name },
      { role: { from: member.role, to: role } },
    );
    return keys;
  });
  await runtime().engine.rejections.waitUntilRejectedEverywhere();
  return settled;
}
