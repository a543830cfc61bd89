import type { Role } from "./permissions";

/** What somebody can be who joins without anybody's having chosen a role for them. */
export const joiningRoles = ["member", "viewer"] as const satisfies Role[];
export type JoiningRole = (typeof joiningRoles)[number];

/** An email domain that a workspace claims, or has proven. */
export type WorkspaceDomain = {
  id: string;
  domain: string;
  verified: boolean;
  requireSso: boolean;
  defaultRole: JoiningRole;
  /** What must stand in the DNS. */
  record: { name: string; value: string };
};

export type WorkspaceDomains = {
  domains: WorkspaceDomain[];
  /** The name of the OpenID provider; null where none is configured, so that nobody can sign on. */
  providerName: string | null;
};
