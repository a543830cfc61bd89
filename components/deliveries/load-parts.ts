import { loadOnUse } from "@/components/ui/load-on-use";

export const deliverySheet = loadOnUse(() => import("./delivery-sheet"));
export const replayDialog = loadOnUse(() => import("./replay-dialog"));
