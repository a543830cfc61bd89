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
