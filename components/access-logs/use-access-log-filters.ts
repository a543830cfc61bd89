import { type AccessLogFilters, accessLogFilterNames } from "@/lib/client/use-access-logs";
import { useUrlFilters } from "@/lib/client/use-url-filters";

/** The filters in the URL, and the query for those that are set. */
export function useAccessLogFilters() {
  const { filters, setFilters } = useUrlFilters(accessLogFilterNames);
  const query: AccessLogFilters = {};
  let set = 0;
  for (const name of accessLogFilterNames) {
    const value = filters[name].trim();
    if (value === "") continue;
    set += 1;
    // The hint of an API key that was pasted into the wrong field, which shows an error instead.
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
