import type { UsageFilters } from "@/lib/client/queries/usage";
import { readFilters } from "@/lib/client/url-filters";
import { type RangePreset, rangePresets } from "@/lib/contracts/log-range";
import { type UsageGrouping, usageGroupings } from "@/lib/contracts/usage";

export const usualRange: RangePreset = "30d";

/** The filters in the URL. What isn't a grouping or a range counts as not set. */
export function readUsageFilters(search: { get(name: string): string | null }) {
  const { key, by, range } = readFilters(search, ["key", "by", "range"]);
  return {
    ...(key !== "" && { key }),
    by: usageGroupings.find((grouping) => grouping === by) ?? "key",
    range: rangePresets.find((preset) => preset === range) ?? usualRange,
  } satisfies UsageFilters as { key?: string; by: UsageGrouping; range: RangePreset };
}
