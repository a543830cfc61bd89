import { clockTime, fromClockTime } from "@/components/ui/zoned-time";

/** Converts an RFC 3339 time from the URL to the value of a `datetime-local` field in the given time zone. */
export function toLocalField(moment: string, zone: string | null): string {
  const time = Date.parse(moment);
  return Number.isNaN(time) ? "" : clockTime(new Date(time), zone);
}

/** Converts the value of a `datetime-local` field to an RFC 3339 time; an empty string if it isn't one. */
export function fromLocalField(text: string, zone: string | null): string {
  return fromClockTime(text, zone)?.toISOString() ?? "";
}
