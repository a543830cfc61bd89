/** Widths of a chart's bars, in seconds. Each is a whole number of the spans that the log is counted by. */
const widths = [60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 43_200, 86_400, 604_800];
const mostBars = 100;

/** A range of the log in milliseconds, from `from` until before `to`. */
export type LogRange = { from: number; to: number; barSeconds: number };

/**
 * The range that a chart can show exactly: widened to whole bars, at most about a hundred. Charts, lists and exports of a range all
 * use it, so their numbers agree.
 */
export function wholeBars(from: number, to: number): LogRange {
  const barSeconds =
    widths.find((width) => (to - from) / (width * 1000) <= mostBars) ?? (widths.at(-1) as number);
  const bar = barSeconds * 1000;
  const start = Math.floor(from / bar) * bar;
  return { from: start, to: Math.max(start + bar, Math.ceil(to / bar) * bar), barSeconds };
}

/** Ranges that end now. */
export const rangePresets = ["15m", "1h", "24h", "7d", "30d"] as const;
export type RangePreset = (typeof rangePresets)[number];

const hourMs = 3_600_000;
const presetMs: Record<RangePreset, number> = {
  "15m": hourMs / 4,
  "1h": hourMs,
  "24h": 24 * hourMs,
  "7d": 7 * 24 * hourMs,
  "30d": 30 * 24 * hourMs,
};

/** The whole bars of a range with both ends. @param filters `from` and `to` as RFC 3339. */
export function rangeOf(
  {
    range,
    from,
    to,
  }: { range?: RangePreset | undefined; from?: string | undefined; to?: string | undefined },
  now: number,
): LogRange | undefined {
  if (range) return presetRange(range, now);
  return from && to && from < to ? wholeBars(Date.parse(from), Date.parse(to)) : undefined;
}

export function presetRange(preset: RangePreset, now: number): LogRange {
  const from = now - presetMs[preset];
  return wholeBars(preset === "24h" ? Math.floor(from / hourMs) * hourMs : from, now);
}

/** Bars of the Usage page, in seconds: wider, because it shows many values at once. */
const usageBars: Record<RangePreset, number> = {
  "15m": 60,
  "1h": 300,
  "24h": 3600,
  "7d": 21_600,
  "30d": 86_400,
};

/** The same range for usage. Widened to its own bars, which are whole bars of a chart with its ends as well. */
export function usageRange(preset: RangePreset, now: number): LogRange {
  const barSeconds = usageBars[preset];
  const bar = barSeconds * 1000;
  const from = Math.floor((now - presetMs[preset]) / bar) * bar;
  return { from, to: Math.max(from + bar, Math.ceil(now / bar) * bar), barSeconds };
}
