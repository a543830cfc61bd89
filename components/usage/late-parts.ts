import { loadOnUse } from "@/components/ui/load-on-use";

/** The chart and its table, loaded right after the page. */
export const lateParts = loadOnUse(() => import("./request-usage"));
