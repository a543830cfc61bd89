import type { SelectOption } from "@/components/ui/select-list";
import { type Role, roleLabels, roleMay, roles } from "@/lib/contracts/permissions";

const hints: Record<Role, string> = {
  owner: "Everything, owners included.",
  admin: "All keys and logs, people, limits, API access.",
  member: "Own keys, read & write.",
  viewer: "Own keys, read-only.",
};

/** The roles that somebody of this role may give. */
export function roleOptions(giver: Role): SelectOption<Role>[] {
  return roles
    .filter((role) => role !== "owner" || roleMay(giver, "member.manage_owners"))
    .map((role) => ({ value: role, label: roleLabels[role], hint: hints[role] }));
}
