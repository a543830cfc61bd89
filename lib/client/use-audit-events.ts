import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import type { AuditEventPage } from "@/lib/contracts/audit-events";
import { apiRequest } from "./api-client";
import { queryKeys } from "./query-keys";
import { queryString } from "./query-string";

export type AuditEventFilters = { action?: string; actor?: string; target?: string };

/** The audit log in pages, newest first. */
export function useAuditEvents(workspace: string, filters: AuditEventFilters) {
  return useInfiniteQuery({
    queryKey: queryKeys.auditEventList(workspace, filters),
    queryFn: ({ pageParam, signal }) =>
      apiRequest<AuditEventPage>(
        `/api/workspaces/${encodeURIComponent(workspace)}/audit-events${queryString({ ...filters, cursor: pageParam })}`,
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });
}
