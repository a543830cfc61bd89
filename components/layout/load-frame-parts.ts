import { loadOnUse } from "@/components/ui/load-on-use";

// The frame is part of every page, and these are rarely opened.
export const frameMenuItems = loadOnUse(() => import("./frame-menu-items"));
export const createWorkspace = loadOnUse(() => import("@/components/workspaces/create-workspace-dialog"));
