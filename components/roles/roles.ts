import type { SelectOption } from "@/components/ui/select-list";
import {
  type Role,
  roleLabels,
  roleMay,
  roles,
  type ServiceRole,
  serviceRoles,
} from "@/lib/contracts/permissions";

const hints: Record<Role, string> = {
  owner: "Full access, including managing owners.",
  admin: "All keys and logs, members, limits, and API access.",
  member: "Their own keys, read & write.",
  viewer: "Their own keys, read-only.",
};

const serviceHints: Record<ServiceRole, string> = {
  admin: "Its keys can see all keys and logs, and manage keys.",
  member: "Its keys can be read-only or read & write.",
  viewer: "Its keys are read-only.",
};

/** The roles that a member with this role may assign. */
export function roleOptions(assigner: Role): SelectOption<Role>[] {
  return roles
    .filter((role) => role !== "owner" || roleMay(assigner, "member.manage_owners"))
    .map((role) => ({ value: role, label: roleLabels[role], hint: hints[role] }));
}

export const serviceRoleOptions: SelectOption<ServiceRole>[] = serviceRoles.map((role) => ({
  value: role,
  label: roleLabels[role],
  hint: serviceHints[role],
}));

/** Such as "an admin" or "a viewer". */
export function aRole(role: Role): string {
  const word = roleLabels[role].toLowerCase();
  return `${/^[ao]/.test(word) ? "an" : "a"} ${word}`;
}
