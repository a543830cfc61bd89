"use client";

import { clsx } from "clsx";
import { ChartColumn } from "lucide-react";
import { BarChart } from "@/components/ui/bar-chart";
import { EmptyState } from "@/components/ui/empty-state";
import { useLocale } from "@/components/ui/relative-time";
import { Skeleton } from "@/components/ui/skeleton";
import type { UsageOverview } from "@/lib/contracts/quotas";
import { evenTicks } from "./even-ticks";
import { UsageTable } from "./usage-table";
import { count, dayWords } from "./usage-words";

const series = [
  { id: "allowed", label: "allowed", tone: "accent" },
  { id: "denied", label: "denied", tone: "bad" },
] as const;

/** Requests per day. `undefined` shows a skeleton. */
export function RequestUsage({
  usage,
  isSingleKey,
}: {
  usage: UsageOverview | undefined;
  isSingleKey: boolean;
}) {
  if (!usage)
    return (
      <div className="grid gap-4 pt-6">
        <Skeleton className="h-56 w-full" />
      </div>
    );
  const { allowed, denied } = usage.total;
  if (allowed + denied === 0)
    return (
      <EmptyState picture={<ChartColumn />} title="No requests in the last 30 days">
        {isSingleKey ? "This key wasn’t used." : "Requests appear here after the first call."}
      </EmptyState>
    );
  return (
    <div className="grid gap-3">
      <p className="flex flex-wrap gap-x-6 gap-y-1 text-sm">
        <Total tone="bg-accent" number={allowed} word="allowed" />
        <Total tone="bg-bad" number={denied} word="denied" />
      </p>
      <UsageChart days={usage.days} />
      <UsageTable days={usage.days} />
    </div>
  );
}

function Total({ tone, number, word }: { tone: string; number: number; word: string }) {
  return (
    <span className="inline-flex items-center gap-1.5 text-muted">
      <span aria-hidden className={clsx("size-2 rounded-sm", tone)} />
      <strong className="font-medium text-text tabular-nums">{count(number)}</strong> {word}
    </span>
  );
}

function UsageChart({ days }: { days: UsageOverview["days"] }) {
  const locale = useLocale();
  const bars = days.map(({ start, allowed, denied }) => ({
    id: start,
    label: dayWords(start, locale),
    values: { allowed, denied },
  }));
  const highest = Math.max(0, ...days.map(({ allowed, denied }) => allowed + denied));
  const axis = [bars[0]?.label ?? "", bars.at(-1)?.label ?? ""] as const;
  return (
    <BarChart
      title="Requests by day"
      series={series}
      bars={bars}
      axis={axis}
      ticks={evenTicks(highest)}
      hasTotals
      height={200}
    />
  );
}
