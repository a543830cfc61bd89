import type { Role } from "./permissions";

export const maximumPasswordLength = 128;

export type SignedUp = { workspaceSlug: string };

export type Account = {
  userId: string;
  name: string;
  email: string;
  workspaces: { id: string; slug: string; name: string; role: Role }[];
};

export type SessionView = {
  id: string;
  /** The session this request came with. */
  current: boolean;
  createdAt: string;
  lastActiveAt: string;
  expiresAt: string;
  ip: string | null;
  userAgent: string | null;
};
