import { type Role, roleMay } from "@/lib/contracts/permissions";
import type { MemberView } from "@/lib/contracts/workspaces";

export type MemberActions = {
  rename: boolean;
  changeRole: boolean;
  suspend: boolean;
  reinstate: boolean;
  remove: boolean;
  leave: boolean;
};

/**
 * What the viewer may do with a member. The last owner can still try to step down or leave: the error says what must happen
 * first.
 */
export function memberActions(viewer: { userId: string; role: Role }, member: MemberView): MemberActions {
  const isSelf = viewer.userId === member.userId;
  const manages = roleMay(viewer.role, "member.manage");
  const mayManage = manages && (member.role !== "owner" || roleMay(viewer.role, "member.manage_owners"));
  return {
    // People choose their own names.
    rename: mayManage && member.email === null,
    changeRole: mayManage,
    suspend: mayManage && !isSelf && !member.suspended,
    reinstate: mayManage && !isSelf && member.suspended,
    remove: mayManage && !isSelf,
    leave: isSelf,
  };
}
