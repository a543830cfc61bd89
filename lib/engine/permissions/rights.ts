import type { PermissionLevel } from "@/lib/contracts/api-keys";
import { type Role, roleMay } from "@/lib/contracts/permissions";
import type { Catalog } from "./catalog";

/** What a key may do: never more than its owner's role allows. */
export type Rights = {
  role: Role;
  permissionLevel: PermissionLevel;
  /** The declared permissions that it has, sorted. */
  permissions: ReadonlySet<string>;
  canManageKeys: boolean;
};

/** The fields that rights follow from. */
export type RightsFields = {
  permissionLevel: PermissionLevel;
  /** The names of a custom key, declared or not. */
  permissions: string[];
  canManageKeys: boolean;
};

export function rightsOf(key: RightsFields, role: Role, catalog: Catalog): Rights {
  const mayWrite = roleMay(role, "api_key.create_read_write");
  // A custom key stays one: with a viewer as owner, it keeps those of its permissions that only read.
  const permissionLevel = mayWrite || key.permissionLevel === "custom" ? key.permissionLevel : "read_only";
  return {
    role,
    permissionLevel,
    permissions: permissionsOf({ ...key, permissionLevel }, mayWrite, catalog),
    canManageKeys: key.canManageKeys && roleMay(role, "api_key.create_managing"),
  };
}

function permissionsOf(
  { permissionLevel, permissions }: RightsFields,
  mayWrite: boolean,
  { names, readNames }: Catalog,
): ReadonlySet<string> {
  if (permissionLevel === "read_only") return readNames;
  if (permissionLevel === "read_write") return names;
  const allowed = mayWrite ? names : readNames;
  return new Set(permissions.filter((name) => allowed.has(name)).sort());
}

/** Whether a key with `inner` rights can do nothing that one with `outer` rights can't. */
export function areWithin(inner: Rights, outer: Rights): boolean {
  if (inner.canManageKeys && !outer.canManageKeys) return false;
  if (inner.permissionLevel !== "custom" && inner.permissionLevel !== outer.permissionLevel)
    if (outer.permissionLevel !== "read_write") return false;
  return [...inner.permissions].every((name) => outer.permissions.has(name));
}
