import { loadOnUse } from "@/components/ui/load-on-use";

export const entrySheet = loadOnUse(() => import("./rare-parts"));
/** What the Access logs page shows beside its first rows. */
export const importLogParts = () => import("./log-parts");
export const lateParts = loadOnUse(importLogParts);
