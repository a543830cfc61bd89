"use client";

import { TimeFilter } from "@/components/filters/time-filter";
import { Select } from "@/components/ui/select";
import { ApiError } from "@/lib/client/api-error";
import { presetRange, type RangePreset, rangePresets, wholeBars } from "@/lib/contracts/log-range";
import { usualRange } from "./read-access-log-filters";
import type { useAccessLogFilters } from "./use-access-log-filters";

export const presetLabels: Record<RangePreset, string> = {
  "15m": "Last 15 minutes",
  "1h": "Last hour",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
  "30d": "Last 30 days",
};

const options = [
  ...rangePresets.map((value) => ({ value: value as string, label: presetLabels[value] })),
  { value: "custom", label: "Custom" },
];

/** Chooses a preset, or the beginning and the end of a range. */
export function LogRangePicker({
  filters,
  query,
  setFilters,
  error,
}: Pick<ReturnType<typeof useAccessLogFilters>, "filters" | "query" | "setFilters"> & { error: unknown }) {
  const isCustom = query.range === undefined;
  const wrong = error instanceof ApiError ? error.fields : {};

  function choose(value: string) {
    if (value !== "custom") return setFilters({ range: value === usualRange ? "" : value, from: "", to: "" });
    const { from, to } = presetRange((query.range ?? usualRange) as RangePreset, Date.now());
    setFilters(rangeFilters(from, to));
  }

  return (
    <div className="flex flex-wrap items-end gap-3">
      <Select
        aria-label="Time range"
        size="small"
        className="sm:w-44"
        value={isCustom ? "custom" : (query.range as string)}
        options={options}
        onValueChange={choose}
      />
      {isCustom && (
        <>
          <TimeFilter
            label="From"
            value={filters.from}
            error={wrong.from}
            onValueChange={(from) => setFilters({ from })}
          />
          <TimeFilter
            label="To"
            value={filters.to}
            error={wrong.to}
            onValueChange={(to) => setFilters({ to })}
          />
        </>
      )}
    </div>
  );
}

/** A range in the URL, widened to whole bars. @param from @param to Milliseconds since 1970. */
export function rangeFilters(from: number, to: number) {
  const whole = wholeBars(from, to);
  return { range: "", from: new Date(whole.from).toISOString(), to: new Date(whole.to).toISOString() };
}
