import { accessLogFilterNames } from "@/lib/client/queries/access-logs";
import { useUrlFilters } from "@/lib/client/use-url-filters";
import { readAccessLogFilters } from "./read-access-log-filters";

export function useAccessLogFilters() {
  const { search, setFilters } = useUrlFilters<(typeof accessLogFilterNames)[number]>();
  return {
    ...readAccessLogFilters(search),
    setFilters,
    clear: () => setFilters(Object.fromEntries(accessLogFilterNames.map((name) => [name, ""]))),
  };
}
