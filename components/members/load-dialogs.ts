import { loadOnUse } from "@/components/ui/load-on-use";

export const memberDialogs = loadOnUse(() => import("./member-dialogs"));
