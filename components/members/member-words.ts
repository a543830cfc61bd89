import type { MemberView } from "@/lib/contracts/workspaces";

export function suspendedSentence(member: MemberView): string {
  return `${member.name} is suspended. ${member.email === null ? "Its keys" : "Their keys and sessions"} are denied in this workspace.`;
}
