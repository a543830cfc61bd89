import type { JoinWithNewAccountInput } from "@/lib/contracts/invitation-input";
import type { JoinedWorkspace } from "@/lib/contracts/invitations";
import { apiRequest } from "./api-client";

export function acceptInvitation(token: string): Promise<JoinedWorkspace> {
  return apiRequest<JoinedWorkspace>("/api/invitations/accept", { method: "POST", body: { token } });
}

/** Creates the invited account, joins the workspace and signs in. */
export function joinWithNewAccount(input: JoinWithNewAccountInput): Promise<JoinedWorkspace> {
  return apiRequest<JoinedWorkspace>("/api/invitations/new-account", {
    method: "POST",
    body: input,
    signedIn: false,
  });
}

export function createWorkspace(name: string): Promise<JoinedWorkspace> {
  return apiRequest<JoinedWorkspace>("/api/workspaces", { method: "POST", body: { name } });
}
