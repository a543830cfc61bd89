import type { JoinWithNewAccountInput } from "@/lib/contracts/invitation-input";
import type { JoinedWorkspace } from "@/lib/contracts/invitations";
import { apiRequest } from "./api-client";

/** Accepts an invitation with the account that is signed in. */
export function acceptInvitation(token: string): Promise<JoinedWorkspace> {
  return apiRequest<JoinedWorkspace>("/api/invitations/accept", { method: "POST", body: { token } });
}

/** Makes the account an invitation is for, joins with it and signs in. */
export function joinWithNewAccount(input: JoinWithNewAccountInput): Promise<JoinedWorkspace> {
  return apiRequest<JoinedWorkspace>("/api/invitations/new-account", {
    method: "POST",
    body: input,
    signedIn: false,
  });
}

/** Makes a workspace of which the person is the owner. */
export function createWorkspace(name: string): Promise<JoinedWorkspace> {
  return apiRequest<JoinedWorkspace>("/api/workspaces", { method: "POST", body: { name } });
}
