"use client";

import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import type { UsageOverview } from "@/lib/contracts/quotas";
import { evenTicks } from "./even-ticks";
import { count, dayWords } from "./usage-words";

type Day = UsageOverview["days"][number];

/**
 * A bar a day. The pointer reads one; whoever has none reads the table of the same numbers below. A chunk of its own: this page
 * alone draws with a library.
 */
export default function UsageChart({ days }: { days: readonly Day[] }) {
  const ticks = evenTicks(Math.max(0, ...days.map(({ allowed, denied }) => allowed + denied)));
  return (
    <div aria-hidden className="h-56 text-xs">
      <ResponsiveContainer width="100%" height="100%">
        <BarChart data={days} margin={{ top: 8, right: 0, bottom: 0, left: 0 }} accessibilityLayer={false}>
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis
            dataKey="start"
            tickFormatter={dayWords}
            tickLine={false}
            axisLine={{ stroke: "var(--line)" }}
            tick={{ fill: "var(--muted)" }}
            interval="equidistantPreserveStart"
            minTickGap={28}
          />
          <YAxis
            width="auto"
            ticks={ticks}
            domain={[0, ticks.at(-1) ?? 1]}
            tickFormatter={shortCount}
            tickLine={false}
            axisLine={false}
            tick={{ fill: "var(--muted)" }}
          />
          <Tooltip
            cursor={{ fill: "var(--hover)" }}
            isAnimationActive={false}
            content={({ active, payload }) =>
              active && <DayReading day={payload[0]?.payload as Day | undefined} />
            }
          />
          <Bar dataKey="allowed" stackId="day" fill="var(--accent)" isAnimationActive={false} />
          <Bar dataKey="denied" stackId="day" fill="var(--bad)" isAnimationActive={false} />
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}

function DayReading({ day }: { day: Day | undefined }) {
  if (!day) return null;
  return (
    <div className="grid gap-1 rounded-control bg-surface px-3 py-2 text-sm shadow-float">
      <span className="font-medium">{dayWords(day.start)}</span>
      <span className="text-muted tabular-nums">{count(day.allowed)} allowed</span>
      <span className="text-muted tabular-nums">{count(day.denied)} denied</span>
    </div>
  );
}

/** "1.5K": an axis has no room for more, and its even steps lose nothing by it. */
function shortCount(number: number): string {
  return shortFormat.format(number);
}

const shortFormat = new Intl.NumberFormat("en-GB", { notation: "compact" });
