import { readFilters } from "@/lib/client/url-filters";
import { type AuditAction, auditActionNames } from "@/lib/contracts/audit-actions";

const names = ["action", "actor", "target"] as const;

/** The filters in the URL. `actor` and `target` are only set by links, and cleared with the rest. */
export function readAuditLogFilters(search: { get(name: string): string | null }) {
  const filters = readFilters(search, names);
  const action: AuditAction | "" = auditActionNames.find((known) => known === filters.action) ?? "";
  return {
    action,
    filtered: action !== "" || filters.actor !== "" || filters.target !== "",
    query: { action, actor: filters.actor, target: filters.target },
  };
}
