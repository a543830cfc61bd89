import { loadOnUse } from "@/components/ui/load-on-use";

export const entrySheet = loadOnUse(() => import("./access-log-entry-sheet"));
export const silentProcess = loadOnUse(() => import("./silent-process-warning"));
