import { type AuditEventFilters, auditFilterNames } from "@/lib/client/queries/audit-events";
import { readFilters } from "@/lib/client/url-filters";

/** The filters in the URL, the query for those that are set, and the open event. The range doesn't count as a filter. */
export function readAuditLogFilters(search: { get(name: string): string | null }) {
  const { event, ...filters } = readFilters(search, [...auditFilterNames, "event"]);
  const query: AuditEventFilters = {};
  for (const name of auditFilterNames) {
    const value = filters[name].trim();
    if (value !== "") query[name] = value;
  }
  if (query.from || query.to) delete query.range;
  const set = [query.actor, query.action, query.target].filter(Boolean).length;
  /** The preset, or empty for any time; undefined for a custom range. */
  const range = query.from || query.to ? undefined : (query.range ?? "");
  return { filters, query, set, range, event };
}
