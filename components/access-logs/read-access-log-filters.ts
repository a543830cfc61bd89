import { type AccessLogFilters, accessLogFilterNames } from "@/lib/client/queries/access-logs";
import { readFilters } from "@/lib/client/url-filters";

export const usualRange = "24h";

/** The filters in the URL, and the query for those that are set. The view and the range don't count as filters. */
export function readAccessLogFilters(search: { get(name: string): string | null }) {
  const filters = readFilters(search, accessLogFilterNames);
  const query: AccessLogFilters = {};
  let set = 0;
  for (const name of accessLogFilterNames) {
    const value = filters[name].trim();
    if (value === "") continue;
    if (!["view", "range", "from", "to"].includes(name)) set += 1;
    // The hint of an API key that was pasted into the wrong field, which shows an error instead.
    if (!value.includes("…")) query[name] = value;
  }
  // A request id is looked for in the whole log.
  if (!query.from && !query.to && !query.requestId) query.range ??= usualRange;
  else delete query.range;
  return { filters, query, set };
}
