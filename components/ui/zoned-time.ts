import { formatIn } from "./format-in";

const clockOptions: Intl.DateTimeFormatOptions = {
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
};

/** The local time in a zone in the format of a `datetime-local` field, such as `2026-11-22T14:02:11`. */
export function clockTime(date: Date, zone: string | null): string {
  const parts: Record<string, string> = {};
  for (const { type, value } of formatIn(zone, clockOptions, "en-US").formatToParts(date))
    parts[type] = value;
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}:${parts.second}`;
}

/**
 * Converts a local time in a zone, with or without seconds, to a date. When clocks go back, picks the first of the two times;
 * when they go forward, moves a skipped time by the same amount. Null if the text isn't a date and time.
 */
export function fromClockTime(clock: string, zone: string | null): Date | null {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?$/.exec(clock);
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second);
  if (Number.isNaN(asUtc) || new Date(asUtc).getUTCMonth() !== month - 1) return null;
  const offsetAt = (time: number) => Date.parse(`${clockTime(new Date(time), zone)}Z`) - time;
  const dayMs = 86_400_000;
  const candidates = [offsetAt(asUtc - dayMs), offsetAt(asUtc + dayMs)].map((offset) => asUtc - offset);
  const shown = candidates.filter((time) => time + offsetAt(time) === asUtc);
  return new Date(shown.length > 0 ? Math.min(...shown) : Math.max(...candidates));
}
