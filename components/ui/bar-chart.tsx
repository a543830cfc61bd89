"use client";

import { clsx } from "clsx";
import { type KeyboardEvent, useState } from "react";

/** States have a meaning; the numbered ones only tell series apart. */
export type ChartTone = keyof typeof chartFills;
export type BarSeries = { id: string; label: string; tone: ChartTone };
export type Bar = { id: string; label: string; values: Record<string, number> };

const pageSize = 10;
export const chartFills = {
  accent: "bg-accent",
  ok: "bg-ok",
  warn: "bg-warn",
  bad: "bg-bad",
  1: "bg-series-1",
  2: "bg-series-2",
  3: "bg-series-3",
  4: "bg-series-4",
  5: "bg-series-5",
  rest: "bg-field",
};

/**
 * Bars over time, with their series stacked in the given order. Hovering or the arrow keys read one bar; assistive technology
 * gets a table with the same numbers.
 * @param axis Labels of the first and the last bar.
 * @param ticks Values of grid lines, from 0 to the top of the chart; without them only the highest value is shown.
 */
export function BarChart({
  title,
  series,
  bars,
  axis,
  ticks,
  height = 120,
}: {
  title: string;
  series: readonly BarSeries[];
  bars: readonly Bar[];
  axis?: readonly [string, string];
  ticks?: readonly number[];
  height?: number;
}) {
  /** The bar under the pointer goes before the one that the keys have reached. */
  const [pointed, setPointed] = useState<number | null>(null);
  const [reached, setReached] = useState<number | null>(null);
  const lastBar = bars.length - 1;
  const active = clampTo(lastBar, pointed ?? reached);
  const highest = ticks?.at(-1) ?? Math.max(1, ...bars.map((bar) => sum(bar, series)));
  const shown = active === null ? undefined : bars[active];

  function onKeyDown(event: KeyboardEvent) {
    // Alt with an arrow key goes back and forward in the browser.
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const from = active ?? lastBar;
    const next = {
      ArrowLeft: from - 1,
      ArrowDown: from - 1,
      ArrowRight: from + 1,
      ArrowUp: from + 1,
      PageDown: from - pageSize,
      PageUp: from + pageSize,
      Home: 0,
      End: lastBar,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    setPointed(null);
    setReached(clampTo(lastBar, next));
  }

  return (
    <figure className="grid gap-2">
      <figcaption
        className={clsx(
          "flex flex-wrap items-baseline justify-between gap-x-4 text-sm",
          // Room for the numbers of many series, so that the chart stays where it is.
          series.length > 2 ? "min-h-15 content-start max-sm:min-h-35" : "min-h-5",
        )}
      >
        <span className="font-medium">{title}</span>
        <span className="flex flex-wrap gap-x-4 text-muted tabular-nums" aria-live="polite">
          {shown && <span>{shown.label}</span>}
          {series.map((one) => (
            <span key={one.id} className="inline-flex items-center gap-1.5">
              <span aria-hidden className={clsx("size-2 rounded-sm", chartFills[one.tone])} />
              <span className="max-w-40 truncate max-sm:max-w-28">{one.label}</span>
              {shown && (
                <strong className="font-medium text-text">{number(shown.values[one.id] ?? 0)}</strong>
              )}
            </span>
          ))}
        </span>
      </figcaption>
      <div
        role="slider"
        aria-label={title}
        aria-valuemin={0}
        aria-valuemax={Math.max(lastBar, 0)}
        aria-valuenow={active ?? Math.max(lastBar, 0)}
        aria-valuetext={shown ? valueText(shown, series) : "Use the arrow keys to read the bars."}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onFocus={() => setReached(pointed ?? lastBar)}
        onBlur={() => setReached(null)}
        onPointerLeave={() => setPointed(null)}
        className={clsx("relative flex items-end gap-px rounded-sm border-b", ticks && "ms-10")}
        style={{ height }}
      >
        {ticks ? (
          ticks.slice(1).map((tick) => <GridLine key={tick} tick={tick} highest={highest} />)
        ) : (
          <span aria-hidden className="absolute top-0 left-0 text-muted text-xs tabular-nums">
            {bars.some((bar) => sum(bar, series) > 0) && number(highest)}
          </span>
        )}
        {bars.map((bar, index) => (
          <div
            key={bar.id}
            onPointerEnter={() => setPointed(index)}
            className={clsx(
              "relative flex h-full min-w-0 flex-1 flex-col-reverse",
              index === active && "bg-hover",
            )}
          >
            {series.map((one) => (
              <span
                key={one.id}
                className={clsx(
                  "block min-h-0 shrink-0",
                  chartFills[one.tone],
                  active !== null && index !== active && "opacity-60",
                )}
                style={{ height: `${((bar.values[one.id] ?? 0) / highest) * 100}%` }}
              />
            ))}
          </div>
        ))}
      </div>
      {axis && (
        <div aria-hidden className={clsx("flex justify-between text-muted text-xs", ticks && "ms-10")}>
          <span>{axis[0]}</span>
          <span>{axis[1]}</span>
        </div>
      )}
      <ChartTable title={title} series={series} bars={bars} />
    </figure>
  );
}

/** A line across the chart, with its value in the margin before it. */
function GridLine({ tick, highest }: { tick: number; highest: number }) {
  return (
    <span
      aria-hidden
      className="absolute inset-x-0 border-t"
      style={{ bottom: `${(tick / highest) * 100}%` }}
    >
      <span className="absolute end-full -translate-y-1/2 pe-2 text-muted text-xs tabular-nums">
        {shortNumber.format(tick)}
      </span>
    </span>
  );
}

function ChartTable({
  title,
  series,
  bars,
}: {
  title: string;
  series: readonly BarSeries[];
  bars: readonly Bar[];
}) {
  const nonEmpty = bars.filter((bar) => sum(bar, series) > 0);
  return (
    // A table ignores the width that hides it, so a box around it does.
    <div className="sr-only">
      <table>
        <caption>{`${title} (periods with none are left out)`}</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {series.map((one) => (
              <th key={one.id} scope="col">
                {one.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {nonEmpty.map((bar) => (
            <tr key={bar.id}>
              <th scope="row">{bar.label}</th>
              {series.map((one) => (
                <td key={one.id}>{bar.values[one.id] ?? 0}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function clampTo(last: number, index: number | null): number | null {
  return index === null ? null : Math.max(0, Math.min(last, index));
}

function sum(bar: Bar, series: readonly BarSeries[]): number {
  return series.reduce((total, one) => total + (bar.values[one.id] ?? 0), 0);
}

function valueText(bar: Bar, series: readonly BarSeries[]): string {
  return `${bar.label}: ${series.map((one) => `${one.label} ${number(bar.values[one.id] ?? 0)}`).join(", ")}`;
}

const shortNumber = new Intl.NumberFormat("en-US", { notation: "compact" });

function number(value: number): string {
  return value.toLocaleString("en-US");
}
