import type { InvitationView } from "@/lib/contracts/invitations";
import type { WorkspaceDomains } from "@/lib/contracts/single-sign-on";
import type { MemberView } from "@/lib/contracts/workspaces";
import { queryKeys } from "../query-keys";
import { oneQuery } from "./make-query";
import { workspacePath } from "./paths";

export function memberListQuery(workspace: string) {
  const path = `${workspacePath(workspace)}/members`;
  return oneQuery<{ members: MemberView[] }>(queryKeys.members(workspace), path);
}

export function invitationListQuery(workspace: string) {
  const path = `${workspacePath(workspace)}/invitations`;
  return oneQuery<{ invitations: InvitationView[] }>(queryKeys.invitations(workspace), path);
}

/** The workspace's email domains and their single sign-on settings. */
export function domainListQuery(workspace: string) {
  return oneQuery<WorkspaceDomains>(queryKeys.domains(workspace), `${workspacePath(workspace)}/domains`);
}
