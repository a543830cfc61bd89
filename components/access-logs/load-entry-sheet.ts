import { loadOnUse } from "@/components/ui/load-on-use";

export const entrySheet = loadOnUse(() => import("./late-parts"));
/** What the Access logs page shows beside its first rows. */
export const lateParts = loadOnUse(() => import("./log-parts"));
