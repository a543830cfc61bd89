import type { Role } from "./permissions";

export const invitationDays = 7;

/** An invitation that nobody has accepted or withdrawn yet. */
export type InvitationView = {
  id: string;
  email: string;
  role: Role;
  invitedBy: string;
  sentAt: string;
  expiresAt: string;
};

/** `link` only where this server sends no mail: then whoever invites hands it over. */
export type SentInvitation = { link: string | null };

export type JoinedWorkspace = { workspaceSlug: string };

/** What the page of a mailed link shows. */
export type OpenInvitation = {
  workspaceName: string;
  email: string;
  role: Role;
  invitedBy: string;
};
