import { clockTime, momentOf } from "@/components/ui/zoned-time";

/** A moment of the URL (RFC 3339) as a `datetime-local` field wants it, seconds included, in the zone given. */
export function toLocalField(moment: string, zone: string | null): string {
  const time = Date.parse(moment);
  return Number.isNaN(time) ? "" : clockTime(new Date(time), zone);
}

/** The moment that a `datetime-local` field says, or an empty string while it says none. */
export function fromLocalField(text: string, zone: string | null): string {
  return momentOf(text, zone)?.toISOString() ?? "";
}
