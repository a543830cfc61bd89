import type { AuditEvent, AuditEventPage } from "@/lib/contracts/audit-events";
import { apiRequest } from "../api-client";
import { queryKeys } from "../query-keys";
import { queryString } from "../query-string";
import { oneQuery, pagesQuery } from "./make-query";
import { workspacePath } from "./paths";

/** The filters in the URL, as lib/contracts/audit-event-query.ts describes them. */
export const auditFilterNames = ["range", "from", "to", "actor", "action", "target"] as const;
export type AuditEventFilters = Partial<Record<(typeof auditFilterNames)[number], string>>;

/** The audit log in pages, newest first. */
export function auditEventListQuery(workspace: string, filters: AuditEventFilters) {
  return pagesQuery(queryKeys.auditEventList(workspace, filters), (cursor, signal) =>
    apiRequest<AuditEventPage>(
      `${workspacePath(workspace)}/audit-events${queryString({ ...filters, cursor })}`,
      { signal },
    ),
  );
}

export function auditEventQuery(workspace: string, id: string) {
  return oneQuery<AuditEvent>(
    queryKeys.auditEvent(workspace, id),
    `${workspacePath(workspace)}/audit-events/${encodeURIComponent(id)}`,
  );
}
