/** Whether a permission lets a key read only, or change something. */
export const permissionAccesses = ["read", "write"] as const;
export type PermissionAccess = (typeof permissionAccesses)[number];

/** A right that the operator declares for keys, such as `files:read`. */
export type DeclaredPermission = {
  name: string;
  title: string;
  description?: string | undefined;
  /** Where the console lists it. */
  group?: string | undefined;
  access: PermissionAccess;
};

/**
 * The permission that a request to a path needs. The first route that matches applies. Null leaves the decision to the API behind
 * the gateway.
 */
export type DeclaredRoute = { method: string; path: string; permission: string | null };

/** Everything that keys may be allowed to do on this server, as the operator declared it (docs/http-api.md, 2.7). */
export type PermissionCatalog = { permissions: DeclaredPermission[]; routes: DeclaredRoute[] };

/** Reserved words: they have another meaning where a permission is required. */
export const reservedPermissionNames = ["read", "write", "manage_keys", "and", "or"] as const;
export const permissionNamePattern = /^[a-z0-9][a-z0-9_.:-]{0,63}$/;
export const permissionsPerCatalog = 200;
/** The names of one key, or of the catalog, joined by spaces: X-Keyward-Permissions carries them. */
export const permissionNamesMaximumLength = 4096;

export function isPermissionName(text: string): boolean {
  return permissionNamePattern.test(text) && !(reservedPermissionNames as readonly string[]).includes(text);
}
