import type { ApiKey } from "@/lib/contracts/api-keys";
import { type Role, roleMay } from "@/lib/contracts/permissions";

export type Viewer = { userId: string; role: Role };

/** What a person may do with a key in its present state; the rest is not drawn. Revoked is for ever, and is left as it was. */
export function keyActions(
  viewer: Viewer,
  key: Pick<ApiKey, "owner" | "status" | "disabledAt" | "disabledByAdmin">,
) {
  const may = mayChangeKey(viewer, key) && key.status !== "revoked";
  return {
    rename: may,
    // A key that is refused for another reason can be disabled as well, so that it stays so when the reason is gone.
    disable: may && !key.disabledAt && key.status !== "expired",
    enable:
      may && key.disabledAt !== null && (!key.disabledByAdmin || roleMay(viewer.role, "api_key.update_all")),
    revoke: may,
  };
}

/** Whether a person sees keys of others at all, and so may filter by owner. */
export function seesOthersKeys(viewer: Viewer): boolean {
  return roleMay(viewer.role, "api_key.read_all");
}

function mayChangeKey(viewer: Viewer, key: Pick<ApiKey, "owner">): boolean {
  if (roleMay(viewer.role, "api_key.update_all")) return true;
  return key.owner.userId === viewer.userId && roleMay(viewer.role, "api_key.update_own");
}
