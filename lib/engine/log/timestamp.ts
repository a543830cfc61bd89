let millisecond = Number.NaN;
let millisecondText = "";
const microsecondTexts = Array.from({ length: 1000 }, (_, index) => `${String(index).padStart(3, "0")}Z`);

/** Formats microseconds since 1970 as PostgreSQL reads them. The text of the current millisecond is cached. */
export function timestampText(microseconds: number): string {
  const whole = Math.floor(microseconds / 1000);
  if (whole !== millisecond) {
    millisecond = whole;
    millisecondText = new Date(whole).toISOString().slice(0, -1);
  }
  return millisecondText + (microsecondTexts[microseconds - whole * 1000] as string);
}

/** Parses what `timestampText` wrote. */
export function parseTimestamp(text: string): number {
  return Date.parse(text.slice(0, -4)) * 1000 + Number(text.slice(-4, -1));
}

const microsecondsOfAMinute = 60_000_000;

/** The number of whole minutes since 1970. */
export function minuteOf(microseconds: number): number {
  return Math.floor(microseconds / microsecondsOfAMinute);
}

export function minuteText(minute: number): string {
  return timestampText(minute * microsecondsOfAMinute);
}
