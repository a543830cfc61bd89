import type { UsageOverview } from "@/lib/contracts/quotas";
import { queryKeys } from "../query-keys";
import { queryString } from "../query-string";
import { oneQuery } from "./make-query";
import { workspacePath } from "./paths";

/** Requests per day and quotas, for one key or the whole workspace. */
export function usageQuery(workspace: string, filters: { key?: string }) {
  const path = `${workspacePath(workspace)}/usage${queryString(filters)}`;
  return oneQuery<UsageOverview>(queryKeys.usage(workspace, filters), path);
}
