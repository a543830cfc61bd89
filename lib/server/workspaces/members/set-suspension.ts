import { AppError } from "@/lib/contracts/app-error";
import type { SetSuspensionInput } from "@/lib/contracts/member-input";
import type { SettledKeys } from "@/lib/contracts/members";
import type { MemberActor } from "../../actor";
import { recordAuditEvent } from "../../audit/record-audit-event";
import { db, runtime } from "../../runtime";
import { lockPeople } from "./lock-people";
import { requireAnotherOwner, requireManageableMember } from "./manageable-member";
import { noKeysSettled, settleKeys } from "./settle-keys";
import { withdrawUnbacked } from "./withdraw-unbacked";

/**
 * Suspends a member, or takes that back. While it lasts their keys answer disabled_key and the workspace is closed to them;
 * both hold everywhere from the moment this returns (S44). Managing keys of others that they made are settled as decided.
 * @throws AppError `not_found`, `insufficient_permissions`; `conflict` for oneself and for the last owner; `undecided_keys` and
 * `invalid_request` as settleKeys does.
 */
export async function setSuspension(
  actor: MemberActor,
  userId: string,
  { suspended, ...decisions }: SetSuspensionInput,
): Promise<SettledKeys> {
  const settled = await db().$transaction(async (transaction) => {
    const now = await lockPeople(transaction, actor);
    const member = await requireManageableMember(transaction, now, userId);
    if (userId === actor.userId) throw new AppError("conflict", "You cannot suspend yourself.");
    if (suspended === (member.suspendedAt !== null)) return noKeysSettled;
    if (!suspended && member.user.disabledAt)
      throw new AppError(
        "conflict",
        "The operator of this server disabled this account. Only they can enable it.",
      );
    if (suspended) await requireAnotherOwner(transaction, member);
    const keys = suspended
      ? await settleKeys(transaction, now, member, "was suspended", decisions)
      : noKeysSettled;
    await transaction.member.update({
      where: { workspaceId_userId: { workspaceId: now.workspaceId, userId } },
      data: { suspendedAt: suspended ? new Date() : null },
    });
    if (suspended) await withdrawUnbacked(transaction, now, member.user, null);
    await recordAuditEvent(transaction, now, suspended ? "member.suspended" : "member.reinstated", {
      type: "member",
      id: userId,
      name: member.user.name,
    });
    return keys;
  });
  const { rejections } = runtime().engine;
  await (suspended ? rejections.waitUntilRejectedEverywhere() : rejections.waitBriefly());
  return settled;
}
