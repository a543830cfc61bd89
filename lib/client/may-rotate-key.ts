import type { ApiKey } from "@/lib/contracts/api-keys";
import { type Role, roles } from "@/lib/contracts/permissions";
import { mayChangeKey } from "./may-change-key";

type Viewer = { userId: string; role: Role };

/** The server denies keys whose owner has a higher role, because the secret acts with it. */
export function mayRotateKey(
  viewer: Viewer,
  key: Pick<ApiKey, "owner" | "role" | "status" | "disabledAt" | "successor">,
): boolean {
  return (
    mayChangeKey(viewer, key) &&
    key.successor === null &&
    key.disabledAt === null &&
    (key.owner.userId === viewer.userId || !hasHigherRole(key.role, viewer.role))
  );
}

function hasHigherRole(role: Role | null, than: Role): boolean {
  return role === null || roles.indexOf(role) < roles.indexOf(than);
}
