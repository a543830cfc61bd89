import { useUrlFilters } from "@/lib/client/use-url-filters";
import { readAuditLogFilters } from "./read-audit-log-filters";

export function useAuditLogFilters() {
  const { search, setFilters } = useUrlFilters<"action" | "actor" | "target">();
  return {
    ...readAuditLogFilters(search),
    setFilters,
    clear: () => setFilters({ action: "", actor: "", target: "" }),
  };
}
