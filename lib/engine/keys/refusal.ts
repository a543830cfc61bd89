import type { Role } from "@/lib/contracts/permissions";
import { type Rights, rightsOf } from "../permissions/rights";
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

/** Rights by key record, because they follow from nothing else. */
const known = new WeakMap<KeyRecord, Rights>();

/** The rights of a key that isn't refused, computed once per record. */
export function rightsOfRecord(key: KeyRecord): Rights {
  let rights = known.get(key);
  if (!rights) {
    rights = rightsOf(key, key.role as Role, key.catalog);
    known.set(key, rights);
  }
  return rights;
}
