import type { AuditEventPage } from "@/lib/contracts/audit-events";
import { apiRequest } from "../api-client";
import { queryKeys } from "../query-keys";
import { queryString } from "../query-string";
import { pagesQuery } from "./make-query";
import { workspacePath } from "./paths";

export type AuditEventFilters = { action?: string; actor?: string; target?: string };

/** The audit log in pages, newest first. */
export function auditEventListQuery(workspace: string, filters: AuditEventFilters) {
  return pagesQuery(queryKeys.auditEventList(workspace, filters), (cursor, signal) =>
    apiRequest<AuditEventPage>(
      `${workspacePath(workspace)}/audit-events${queryString({ ...filters, cursor })}`,
      { signal },
    ),
  );
}
