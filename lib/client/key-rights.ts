import type { ApiKey } from "@/lib/contracts/api-keys";
import { type Role, roleMay } from "@/lib/contracts/permissions";
import { mayChangeKey } from "./may-change-key";
import { mayRotateKey } from "./may-rotate-key";

export type Viewer = { userId: string; role: Role };

/** What the viewer may do with a key in its current state. A revoked key can't be changed. */
export function keyActions(
  viewer: Viewer,
  key: Pick<
    ApiKey,
    "owner" | "role" | "status" | "expiresAt" | "disabledAt" | "disabledByAdmin" | "successor" | "rotatedAt"
  >,
) {
  const may = mayChangeKey(viewer, key);
  return {
    rename: may,
    // A rotated key ends with its overlap.
    extend: may && key.expiresAt !== null && key.successor === null,
    rotate: mayRotateKey(viewer, key),
    moveRotation: may && key.successor !== null && key.rotatedAt !== null,
    // Also for a key that is denied for another reason, so that it stays disabled when that reason goes away.
    disable: may && !key.disabledAt && key.status !== "expired",
    enable:
      may && key.disabledAt !== null && (!key.disabledByAdmin || roleMay(viewer.role, "api_key.update_all")),
    transfer: may && roleMay(viewer.role, "api_key.update_all"),
    revoke: may,
  };
}

/**
 * What a successor is offered first: what the key can do now. A permission that was removed, or that the owner's role withholds,
 * has no checkbox to clear and would be refused.
 */
export function successorRights({
  permissionLevel,
  permissions,
  createdWith,
}: Pick<ApiKey, "permissionLevel" | "permissions" | "createdWith">) {
  return {
    permissionLevel,
    permissions: createdWith.permissions.filter((name) => permissions.includes(name)),
  };
}
