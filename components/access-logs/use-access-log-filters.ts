import { accessLogFilterNames } from "@/lib/client/queries/access-logs";
import { useUrlFilters } from "@/lib/client/use-url-filters";
import { readAccessLogFilters } from "./read-access-log-filters";

/** Clearing leaves the view and the range as they are. */
const cleared = Object.fromEntries(accessLogFilterNames.slice(4).map((name) => [name, ""]));

export function useAccessLogFilters() {
  const { search, setFilters } = useUrlFilters<(typeof accessLogFilterNames)[number] | "entry">();
  return {
    ...readAccessLogFilters(search),
    /** The id of the entry whose details are open. */
    entry: search.get("entry"),
    setFilters,
    clear: () => setFilters(cleared),
  };
}
