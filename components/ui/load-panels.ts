import { loadOnUse } from "./load-on-use";

export const panels = loadOnUse(() => import("./panels"));
