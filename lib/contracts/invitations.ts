import type { Role } from "./permissions";

export const invitationDays = 7;

/** A pending invitation. */
export type InvitationView = {
  id: string;
  email: string;
  role: Role;
  invitedBy: string;
  sentAt: string;
  expiresAt: string;
};

/** `link` is set only if this server sends no email, so that the inviter can pass it on. */
export type SentInvitation = { link: string | null };

export type JoinedWorkspace = { workspaceSlug: string };

/** What the invitation page shows. */
export type OpenInvitation = {
  workspaceName: string;
  email: string;
  role: Role;
  invitedBy: string;
};
