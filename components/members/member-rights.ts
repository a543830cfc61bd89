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
 * What someone may do about a member, as the server will judge it. The last owner's own row still offers to step down or
 * leave: the answer says what must happen first.
 */
export function memberActions(viewer: { userId: string; role: Role }, member: MemberView): MemberActions {
  const isSelf = viewer.userId === member.userId;
  const manages = roleMay(viewer.role, "member.manage");
  const mayTouch = manages && (member.role !== "owner" || roleMay(viewer.role, "member.manage_owners"));
  return {
    // People name themselves.
    rename: mayTouch && member.email === null,
    changeRole: mayTouch,
    suspend: mayTouch && !isSelf && !member.suspended,
    reinstate: mayTouch && !isSelf && member.suspended,
    remove: mayTouch && !isSelf,
    leave: isSelf,
  };
}
