import type { AccessLogPage } from "@/lib/contracts/access-logs";
import { apiRequest } from "../api-client";
import { queryKeys } from "../query-keys";
import { queryString } from "../query-string";
import { pagesQuery } from "./make-query";
import { workspacePath } from "./paths";

export const accessLogFilterNames = ["key", "outcome", "code", "ip", "from", "to", "requestId"] as const;
export type AccessLogFilters = Partial<Record<(typeof accessLogFilterNames)[number], string>>;

/** The access log in pages, newest first. A page is complete up to its `completeUpTo`. */
export function accessLogQuery(workspace: string, filters: AccessLogFilters, { limit = 50 } = {}) {
  return pagesQuery(
    queryKeys.accessLogList(workspace, { ...filters, limit: String(limit) }),
    (cursor, signal) =>
      apiRequest<AccessLogPage>(
        `${workspacePath(workspace)}/access-logs${queryString({ ...filters, limit, cursor })}`,
        { signal },
      ),
  );
}
