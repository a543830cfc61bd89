import { loadOnUse } from "@/components/ui/load-on-use";

export const createDialog = loadOnUse(() => import("./create-api-key"));
export const concernNote = loadOnUse(() => import("./key-concern-note"));
export const keySelection = loadOnUse(() => import("./api-key-selection"));
export const rotateOffer = loadOnUse(() => import("./rotate-offer"));
export const keyDialog = loadOnUse(() => import("./api-key-dialog"));
