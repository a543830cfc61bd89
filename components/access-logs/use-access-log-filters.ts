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
    set += 1;
    // The hint of a key, which a field that is not for keys refuses.
    if (!value.includes("…")) query[name] = value;
  }
  return {
    filters,
    query,
    set,
    setFilters,
    clear: () => setFilters(Object.fromEntries(accessLogFilterNames.map((name) => [name, ""]))),
  };
}
