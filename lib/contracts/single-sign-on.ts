import type { Role } from "./permissions";

/** Roles that single sign-on can assign automatically. */
export const joiningRoles = ["member", "viewer"] as const satisfies Role[];
export type JoiningRole = (typeof joiningRoles)[number];

/** An email domain of a workspace, verified or not. */
export type WorkspaceDomain = {
  id: string;
  domain: string;
  verified: boolean;
  requireSso: boolean;
  defaultRole: JoiningRole;
  /** The TXT record to create. */
  record: { name: string; value: string };
};

export type WorkspaceDomains = {
  domains: WorkspaceDomain[];
  /** Name of the OpenID provider. Null: none is configured, so single sign-on doesn't work. */
  providerName: string | null;
};
