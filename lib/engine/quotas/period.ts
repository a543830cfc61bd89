import type { QuotaPeriod } from "@/lib/contracts/quotas";

/** The calendar period in UTC that contains a time, given in milliseconds since 1970. */
export function periodAt(period: QuotaPeriod, moment: number): { startsMs: number; endsMs: number } {
  const date = new Date(moment);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  return period === "month"
    ? { startsMs: Date.UTC(year, month), endsMs: Date.UTC(year, month + 1) }
    : { startsMs: Date.UTC(year, month, day), endsMs: Date.UTC(year, month, day + 1) };
}
