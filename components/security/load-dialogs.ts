import { loadOnUse } from "@/components/ui/load-on-use";

export const securityDialogs = loadOnUse(() => import("./security-dialogs"));
