import { type Role, roleLabels } from "@/lib/contracts/permissions";

/** Such as "an admin" or "a viewer". */
export function aRole(role: Role): string {
  const word = roleLabels[role].toLowerCase();
  return `${/^[ao]/.test(word) ? "an" : "a"} ${word}`;
}
