import type { AccessRequirements } from "@/lib/engine/judge";
import type { Rights } from "@/lib/engine/permissions/rights";

/** Judges everything but permissions. */
export const nothingDemanded = {
  writes: false,
  managesKeys: false,
  demands: [],
  query: null,
  route: null,
  custom: "always",
} as const satisfies Partial<AccessRequirements>;

/** The level as words, as scopes (RFC 7662) and Unkey's permissions name it, then the declared permissions. */
export function permissionWords({ permissionLevel, permissions, canManageKeys }: Rights): string[] {
  return [
    ...(permissionLevel === "custom" ? [] : ["read"]),
    ...(permissionLevel === "read_write" ? ["write"] : []),
    ...(canManageKeys ? ["manage_keys"] : []),
    ...permissions,
  ];
}
