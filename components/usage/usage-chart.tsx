import { BarChart } from "@/components/ui/bar-chart";
import { formatIn } from "@/components/ui/format-in";
import { useLocale, useTimeZone } from "@/components/ui/relative-time";
import type { UsageGrouping, UsageRequests } from "@/lib/contracts/usage";
import { evenTicks } from "./even-ticks";
import { chartOf, groupingLabels } from "./grouped-chart";

/** Requests over time, with the most frequent groups stacked. */
export function UsageChart({ by, usage }: { by: UsageGrouping; usage: UsageRequests }) {
  const { format } = formatIn(useTimeZone(), momentOptions, useLocale());
  const { series, values } = chartOf(by, usage);
  const startOf = (bar: number) => Date.parse(usage.from) + bar * usage.barSeconds * 1000;
  return (
    <BarChart
      title={`Requests by ${groupingLabels[by].toLowerCase()}`}
      series={series}
      bars={values.map((counts, bar) => ({
        id: String(startOf(bar)),
        label: `${format(startOf(bar))} – ${format(startOf(bar + 1))}`,
        values: counts,
      }))}
      axis={[format(startOf(0)), format(startOf(values.length))]}
      ticks={evenTicks(Math.max(0, ...usage.bars))}
      height={200}
    />
  );
}

const momentOptions: Intl.DateTimeFormatOptions = {
  month: "short",
  day: "numeric",
  hour: "numeric",
  minute: "2-digit",
};
