import { type AccessLogFilters, accessLogFilterNames } from "@/lib/client/use-access-logs";
import { useUrlFilters } from "@/lib/client/use-url-filters";

/** The log's filters as the address says them. What is not set is not asked for. */
export function useAccessLogFilters() {
  const { filters, setFilters } = useUrlFilters(accessLogFilterNames);
  const query: AccessLogFilters = {};
  let set = 0;
  for (const name of accessLogFilterNames) {
    const value = filters[name].trim();
    if (value === "") continue;
    query[name] = value;
    set += 1;
  }
  return {
    filters,
    query,
    set,
    setFilters,
    clear: () => setFilters(Object.fromEntries(accessLogFilterNames.map((name) => [name, ""]))),
  };
}
