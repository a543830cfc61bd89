import type { PermissionLevel } from "@/lib/contracts/api-keys";
import { type Role, roleMay } from "@/lib/contracts/permissions";
import type { KeyRecord } from "./key-record";

/** The fields that can make a key invalid for every request. */
export type RefusalFields = Pick<
  KeyRecord,
  "revokedAt" | "disabledAt" | "expiresAt" | "role" | "ownerSuspended" | "apiAccess"
>;

export type Refusal =
  | "revoked"
  | "disabled"
  | "owner_removed"
  | "owner_suspended"
  | "expired"
  | "api_access_off";

/** Why every request with this key is denied now, or null. Both decisions and the status in the console come from here. */
export function refusalOf(key: RefusalFields, now: number): Refusal | null {
  if (key.revokedAt) return "revoked";
  if (key.disabledAt) return "disabled";
  if (!key.role) return "owner_removed";
  if (key.ownerSuspended) return "owner_suspended";
  if (key.expiresAt && now >= key.expiresAt.getTime()) return "expired";
  return key.apiAccess ? null : "api_access_off";
}

/** What a key may do: never more than its owner's role allows. */
export type Rights = { role: Role; permissionLevel: PermissionLevel; canManageKeys: boolean };

export function rightsOf(key: Pick<KeyRecord, "permissionLevel" | "canManageKeys">, role: Role): Rights {
  return {
    role,
    permissionLevel: roleMay(role, "api_key.create_read_write") ? key.permissionLevel : "read_only",
    canManageKeys: key.canManageKeys && roleMay(role, "api_key.create_managing"),
  };
}
