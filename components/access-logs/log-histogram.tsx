"use client";

import { clsx } from "clsx";
import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { formatIn } from "@/components/ui/format-in";
import { useLocale, useTimeZone } from "@/components/ui/relative-time";
import type { AccessLogOverview } from "@/lib/contracts/access-logs";
import { HistogramTable } from "./histogram-table";

type Selection = { first: number; last: number };

/**
 * Requests over time, allowed and denied, and the way to choose a range: drag over bars, press one, or select bars with Shift and the
 * arrow keys and press Enter. Escape gives the selection up, and without one goes back to the range before.
 */
export function LogHistogram({
  overview: { bars, barSeconds },
  noun,
  onRange,
  onZoomOut,
}: {
  overview: AccessLogOverview;
  noun: string;
  /** Milliseconds since 1970. */
  onRange: (from: number, to: number) => void;
  /** Back to the range before. Without it, there is none. */
  onZoomOut: (() => void) | undefined;
}) {
  const zone = useTimeZone();
  const locale = useLocale();
  const chart = useRef<HTMLDivElement>(null);
  const [pointed, setActive] = useState<number | null>(null);
  const [selected, setSelection] = useState<Selection | null>(null);
  /** The bar where a drag began. */
  const [began, setOrigin] = useState<number | null>(null);
  const last = bars.length - 1;
  // Another range may have fewer bars.
  const active = pointed !== null && pointed <= last ? pointed : null;
  const selection = selected && selected.last <= last ? selected : null;
  const origin = began !== null && began <= last ? began : null;
  const highest = Math.max(1, ...bars.map(({ allowed, denied }) => allowed + denied));
  const startOf = (index: number) => Date.parse(bars[index]?.start ?? "");
  const shown = active === null ? undefined : bars[active];
  const label = (index: number) => {
    const format = formatIn(zone, barSeconds < 86_400 ? timeOptions : dayOptions, locale);
    return barSeconds === 86_400
      ? format.format(startOf(index))
      : `${format.format(startOf(index))} – ${format.format(startOf(index) + barSeconds * 1000)}`;
  };

  function zoom({ first, last: end }: Selection) {
    setSelection(null);
    setActive(null);
    setOrigin(null);
    // A single minute can't be divided.
    if (barSeconds === 60 && first === end && bars.length === 1) return;
    onRange(startOf(first), startOf(end) + barSeconds * 1000);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const from = active ?? last;
    if (event.key === "Enter") zoom(selection ?? { first: from, last: from });
    else if (event.key === "Escape") {
      setOrigin(null);
      if (selection) setSelection(null);
      else if (onZoomOut) onZoomOut();
      else return;
    } else {
      const next = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: last }[event.key];
      if (next === undefined) return;
      const to = Math.max(0, Math.min(last, next));
      const anchor = origin ?? from;
      setOrigin(event.shiftKey ? anchor : null);
      setSelection(event.shiftKey ? { first: Math.min(anchor, to), last: Math.max(anchor, to) } : null);
      setActive(to);
    }
    event.preventDefault();
    event.stopPropagation();
  }

  function barAt(event: PointerEvent): number {
    const box = (chart.current as HTMLDivElement).getBoundingClientRect();
    return Math.max(0, Math.min(last, Math.floor(((event.clientX - box.left) / box.width) * bars.length)));
  }

  function onPointerDown(event: PointerEvent) {
    if (event.button !== 0) return;
    chart.current?.setPointerCapture(event.pointerId);
    const at = barAt(event);
    setOrigin(at);
    setSelection({ first: at, last: at });
  }

  function onPointerMove(event: PointerEvent) {
    const at = barAt(event);
    setActive(at);
    if (event.buttons === 1 && origin !== null)
      setSelection({ first: Math.min(origin, at), last: Math.max(origin, at) });
  }

  function onPointerUp() {
    if (origin !== null && selection) zoom(selection);
    setOrigin(null);
  }

  return (
    <figure aria-label={`${noun} over time`} className="grid gap-1.5">
      <figcaption className="flex min-h-5 flex-wrap items-baseline justify-between gap-x-4 text-sm">
        <span className="font-medium">{noun} over time</span>
        <span aria-live="polite" className="flex flex-wrap gap-x-3 text-muted tabular-nums">
          {shown && active !== null ? (
            <>
              <span>{label(active)}</span>
              <Count tone="bg-accent" number={shown.allowed} word="allowed" />
              <Count tone="bg-bad" number={shown.denied} word="denied" />
              {Object.entries(shown.codes).map(([code, number]) => (
                <span key={code} className="font-mono text-xs">
                  {code} {number?.toLocaleString("en-US")}
                </span>
              ))}
            </>
          ) : (
            <>
              <span className="max-sm:hidden">Drag over the bars to zoom in</span>
              {onZoomOut && (
                <button type="button" onClick={onZoomOut} className="text-accent hover:underline">
                  Zoom out
                </button>
              )}
            </>
          )}
        </span>
      </figcaption>
      <div
        ref={chart}
        role="slider"
        aria-label={`${noun} over time`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, last)}
        aria-valuenow={active ?? last}
        aria-valuetext={
          shown && active !== null
            ? `${label(active)}: ${shown.allowed} allowed, ${shown.denied} denied`
            : "Use the arrow keys to read the bars, Shift with them to select, and Enter to zoom in."
        }
        tabIndex={0}
        onKeyDown={onKeyDown}
        onBlur={() => {
          setOrigin(null);
          setActive(null);
          setSelection(null);
        }}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={() => {
          setOrigin(null);
          setSelection(null);
        }}
        onPointerLeave={() => setActive(null)}
        className="relative flex h-32 cursor-crosshair touch-pan-y select-none items-end gap-px rounded-sm border-b pt-4.5"
      >
        <span
          aria-hidden
          className="pointer-events-none absolute top-0 left-0 text-muted text-xs tabular-nums"
        >
          {highest > 1 || bars.some(({ allowed, denied }) => allowed + denied > 0)
            ? highest.toLocaleString("en-US")
            : ""}
        </span>
        {bars.map((bar, index) => (
          <div
            key={bar.start}
            className={clsx(
              "flex h-full min-w-0 flex-1 flex-col-reverse",
              selection && index >= selection.first && index <= selection.last
                ? "bg-accent/20"
                : index === active && "bg-hover",
            )}
          >
            <span className="block shrink-0 bg-accent" style={heightOf(bar.allowed, highest)} />
            <span className="block shrink-0 bg-bad" style={heightOf(bar.denied, highest)} />
          </div>
        ))}
      </div>
      <HistogramTable label={`${noun} over time`} bars={bars} timeOf={label} />
      <div aria-hidden className="flex justify-between text-muted text-xs tabular-nums">
        <span>{bars.length > 0 && formatIn(zone, timeOptions, locale).format(startOf(0))}</span>
        <span>
          {bars.length > 0 && formatIn(zone, timeOptions, locale).format(startOf(last) + barSeconds * 1000)}
        </span>
      </div>
    </figure>
  );
}

/** At least a pixel, so that a single request among thousands is seen. */
function heightOf(count: number, highest: number) {
  return count === 0 ? { height: 0 } : { height: `${(count / highest) * 100}%`, minHeight: 1 };
}

function Count({ tone, number, word }: { tone: string; number: number; word: string }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <span aria-hidden className={clsx("size-2 rounded-sm", tone)} />
      <strong className="font-medium text-text">{number.toLocaleString("en-US")}</strong> {word}
    </span>
  );
}

const timeOptions: Intl.DateTimeFormatOptions = {
  month: "short",
  day: "numeric",
  hour: "numeric",
  minute: "2-digit",
};
const dayOptions: Intl.DateTimeFormatOptions = { month: "short", day: "numeric" };
