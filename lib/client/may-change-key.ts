import type { ApiKey } from "@/lib/contracts/api-keys";
import { type Role, roleMay } from "@/lib/contracts/permissions";

type Viewer = { userId: string; role: Role };

export function seesOthersKeys(viewer: Viewer): boolean {
  return roleMay(viewer.role, "api_key.read_all");
}

/** A revoked key can't be changed. */
export function mayChangeKey(viewer: Viewer, key: Pick<ApiKey, "owner" | "status">): boolean {
  if (key.status === "revoked") return false;
  if (roleMay(viewer.role, "api_key.update_all")) return true;
  return key.owner.userId === viewer.userId && roleMay(viewer.role, "api_key.update_own");
}
