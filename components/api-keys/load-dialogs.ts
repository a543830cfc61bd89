import { loadOnUse } from "@/components/ui/load-on-use";

export const createDialog = loadOnUse(() => import("./create-api-key"));
export const keyNotes = loadOnUse(() => import("./key-notes"));
export const keySelection = loadOnUse(() => import("./api-key-selection"));
export const keyDialog = loadOnUse(() => import("./api-key-dialog"));
