import { loadOnUse } from "@/components/ui/load-on-use";

export const auditLogParts = loadOnUse(() => import("./audit-log-parts"));
