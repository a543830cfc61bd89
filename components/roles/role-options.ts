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
  owner: "Everything, owners included.",
  admin: "All keys and logs, people, limits, API access.",
  member: "Own keys, read & write.",
  viewer: "Own keys, read-only.",
};

const serviceHints: Record<ServiceRole, string> = {
  admin: "Its keys may see all keys and logs, and manage keys.",
  member: "Its keys are read-only, or read & write.",
  viewer: "Its keys are read-only.",
};

/** The roles that somebody of this role may give. */
export function roleOptions(giver: Role): SelectOption<Role>[] {
  return roles
    .filter((role) => role !== "owner" || roleMay(giver, "member.manage_owners"))
    .map((role) => ({ value: role, label: roleLabels[role], hint: hints[role] }));
}

/** The roles of a service member. */
export const serviceRoleOptions: SelectOption<ServiceRole>[] = serviceRoles.map((role) => ({
  value: role,
  label: roleLabels[role],
  hint: serviceHints[role],
}));
