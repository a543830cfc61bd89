"use client";

import { Select } from "@/components/ui/select";
import { ApiError } from "@/lib/client/api-error";
import { presetRange, type RangePreset, rangePresets, wholeBars } from "@/lib/contracts/log-range";
import { TimeFilter } from "./time-filter";

export const presetLabels: Record<RangePreset, string> = {
  "15m": "Last 15 minutes",
  "1h": "Last hour",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
  "30d": "Last 30 days",
};

const presets = rangePresets.map((value) => ({ value: value as string, label: presetLabels[value] }));
const custom = { value: "custom", label: "Custom" };
const anyTime = { value: "", label: "Any time" };

type RangeFilters = { range?: string; from?: string; to?: string };

/** Chooses a preset, or the beginning and the end of a range. They are in the URL. */
export function RangePicker({
  filters,
  range,
  usual,
  setFilters,
  error,
}: {
  filters: { from: string; to: string };
  /** The preset in force; undefined for a custom range. */
  range: string | undefined;
  /** The preset that a URL without a range means. Empty: any time. */
  usual: RangePreset | "";
  setFilters: (changes: RangeFilters) => void;
  error: unknown;
}) {
  const isCustom = range === undefined;
  const wrong = error instanceof ApiError ? error.fields : {};

  function choose(value: string) {
    if (value !== "custom") return setFilters({ range: value === usual ? "" : value, from: "", to: "" });
    const { from, to } = presetRange((range || usual || "24h") as RangePreset, Date.now());
    setFilters(rangeFilters(from, to));
  }

  return (
    <div className="flex flex-wrap items-end gap-3">
      <Select
        aria-label="Time range"
        size="small"
        className="sm:w-44"
        value={isCustom ? "custom" : range}
        options={[...(usual === "" ? [anyTime] : []), ...presets, custom]}
        onValueChange={choose}
      />
      {wrong.range && <p className="text-bad text-xs">{wrong.range}</p>}
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
