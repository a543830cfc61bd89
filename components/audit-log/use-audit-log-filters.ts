import type { auditFilterNames } from "@/lib/client/queries/audit-events";
import { useUrlFilters } from "@/lib/client/use-url-filters";
import { readAuditLogFilters } from "./read-audit-log-filters";

export function useAuditLogFilters() {
  const { search, setFilters } = useUrlFilters<(typeof auditFilterNames)[number] | "event">();
  return {
    ...readAuditLogFilters(search),
    setFilters,
    /** Leaves the range as it is. */
    clear: () => setFilters({ actor: "", action: "", target: "" }),
    clearAll: () => setFilters({ range: "", from: "", to: "", actor: "", action: "", target: "" }),
  };
}
