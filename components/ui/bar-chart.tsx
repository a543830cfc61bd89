"use client";

import { clsx } from "clsx";
import { type KeyboardEvent, useState } from "react";

export type BarSeries = { id: string; label: string; tone: "accent" | "ok" | "warn" | "bad" };
export type Bar = { id: string; label: string; values: Record<string, number> };

const pageSize = 10;
const fills = { accent: "bg-accent", ok: "bg-ok", warn: "bg-warn", bad: "bg-bad" };

/**
 * Bars over time, with their series stacked in the given order. Hovering or the arrow keys read one bar; assistive technology
 * gets a table with the same numbers.
 * @param axis Labels of the first and the last bar.
 * @param ticks Values of grid lines, from 0 to the top of the chart; without them only the highest value is shown.
 * @param hasTotals Whether the page shows the legend and the table itself, so that only the bar under the pointer is read here.
 */
export function BarChart({
  title,
  series,
  bars,
  axis,
  ticks,
  hasTotals = false,
  height = 120,
}: {
  title: string;
  series: readonly BarSeries[];
  bars: readonly Bar[];
  axis?: readonly [string, string];
  ticks?: readonly number[];
  hasTotals?: boolean;
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
      <figcaption className="flex min-h-5 flex-wrap items-baseline justify-between gap-x-4 text-sm">
        <span className={hasTotals ? "sr-only" : "font-medium"}>{title}</span>
        <span className="flex flex-wrap gap-x-4 text-muted tabular-nums" aria-live="polite">
          {shown && <span>{shown.label}</span>}
          {(shown || !hasTotals) &&
            series.map((one) => (
              <span key={one.id} className="inline-flex items-center gap-1.5">
                <span aria-hidden className={clsx("size-2 rounded-sm", fills[one.tone])} />
                {one.label}
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
                  fills[one.tone],
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
      {!hasTotals && <ChartTable title={title} series={series} bars={bars} />}
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
