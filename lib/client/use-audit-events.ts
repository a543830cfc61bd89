import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type AuditEventFilters, auditEventListQuery, auditEventQuery } from "./queries/audit-events";

/** The audit log in pages, newest first. */
export function useAuditEvents(workspace: string, filters: AuditEventFilters) {
  return useInfiniteQuery({ ...auditEventListQuery(workspace, filters), placeholderData: keepPreviousData });
}

export function useAuditEvent(workspace: string, id: string, options: { enabled: boolean }) {
  return useQuery({ ...auditEventQuery(workspace, id), ...options });
}
