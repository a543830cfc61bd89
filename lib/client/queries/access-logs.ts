import type { AccessLogEntry, AccessLogOverview, AccessLogPage } from "@/lib/contracts/access-logs";
import { apiRequest } from "../api-client";
import { queryKeys } from "../query-keys";
import { queryString } from "../query-string";
import { oneQuery, pagesQuery } from "./make-query";
import { workspacePath } from "./paths";

/** The filters in the URL, as `accessLogFilters` in lib/contracts/access-log-query.ts describes them. */
export const accessLogFilterNames = [
  "view",
  "range",
  "from",
  "to",
  "key",
  "owner",
  "environment",
  "outcome",
  "code",
  "source",
  "method",
  "route",
  "path",
  "ip",
  "client",
  "caller",
  "requestId",
] as const;
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

/** A single entry, for a link to it. */
export function accessLogEntryQuery(workspace: string, id: string) {
  return oneQuery<AccessLogEntry>(
    queryKeys.accessLogEntry(workspace, id),
    `${workspacePath(workspace)}/access-logs/${encodeURIComponent(id)}`,
  );
}

/** The chart and the facets above the list. */
export function accessLogOverviewQuery(workspace: string, filters: AccessLogFilters) {
  return oneQuery<AccessLogOverview>(
    queryKeys.accessLogOverview(workspace, filters),
    `${workspacePath(workspace)}/access-logs/overview${queryString(filters)}`,
  );
}
