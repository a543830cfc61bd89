import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { type AuditEventFilters, auditEventListQuery } from "./queries/audit-events";

/** The audit log in pages, newest first. */
export function useAuditEvents(workspace: string, filters: AuditEventFilters) {
  return useInfiniteQuery({ ...auditEventListQuery(workspace, filters), placeholderData: keepPreviousData });
}
