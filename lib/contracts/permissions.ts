/** What each role can do in a workspace. Handlers, pages, pickers, and the access matrix all read this table. */
export const roles = ["owner", "admin", "member", "viewer"] as const;
export type Role = (typeof roles)[number];

/** Roles of service members. A service member can't own the workspace. */
export const serviceRoles = ["admin", "member", "viewer"] as const satisfies readonly Role[];
export type ServiceRole = (typeof serviceRoles)[number];

export const roleLabels: Record<Role, string> = {
  owner: "Owner",
  admin: "Admin",
  member: "Member",
  viewer: "Viewer",
};

const everyone = ["owner", "admin", "member", "viewer"] as const;
const writers = ["owner", "admin", "member"] as const;
const admins = ["owner", "admin"] as const;
const owners = ["owner"] as const;

export const permissions = {
  "workspace.read": everyone,
  "workspace.update": admins,
  "workspace.api_access": admins,
  "workspace.require_two_step": admins,
  "workspace.key_policy": admins,
  "workspace.delete": owners,
  "workspace.single_sign_on": admins,
  "member.list": everyone,
  "member.manage": admins,
  "member.manage_owners": owners,
  "api_key.read_own": everyone,
  "api_key.read_all": admins,
  "api_key.create": everyone,
  "api_key.create_read_write": writers,
  "api_key.create_managing": admins,
  /** For service members only: a member can't create a key in another person's name. */
  "api_key.create_for_service": admins,
  "api_key.update_own": everyone,
  "api_key.update_all": admins,
  "access_log.read_own": everyone,
  "access_log.read_all": admins,
  "audit_log.read": admins,
  "event_subscription.manage": admins,
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof permissions;

export function roleMay(role: Role, permission: Permission): boolean {
  return (permissions[permission] as readonly Role[]).includes(role);
}

/** The lower of two roles. No ceiling lowers nothing. */
export function lowerRole(role: Role, ceiling: Role | null): Role {
  return ceiling !== null && roles.indexOf(ceiling) > roles.indexOf(role) ? ceiling : role;
}

/** Whether a role change removes the permission to manage API keys. The keys that the member created then need a decision. */
export function losesManaging(from: Role, to: Role): boolean {
  return roleMay(from, "api_key.create_managing") && !roleMay(to, "api_key.create_managing");
}
