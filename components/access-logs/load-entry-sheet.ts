import { loadOnUse } from "@/components/ui/load-on-use";

export const entrySheet = loadOnUse(() => import("./late-parts"));
