import { formatIn } from "@/components/ui/format-in";
import type { QuotaPeriod, QuotaUse } from "@/lib/contracts/quotas";
import type { Forecast } from "./quota-forecast";

export function count(number: number): string {
  return number.toLocaleString("en-GB");
}

/** "22 Nov": the days that are counted are UTC's, wherever the reader is. */
export function dayWords(start: string): string {
  return dayFormat.format(new Date(start));
}

/** "8,400 of 10,000 this month". */
export function usedWords({ used, limit, period }: QuotaUse): string {
  return `${count(used)} of ${count(limit)} ${periodWords[period]}`;
}

/** A month begins at midnight of UTC: in another zone the day alone could be the wrong one. */
export function resetWords({ resetsAt, period }: QuotaUse, zone: string | null): string {
  if (period === "day") return `Resets at ${momentWords(Date.parse(resetsAt), period, zone)}`;
  return `Resets on ${formatIn(zone, { ...dateOptions, ...timeOptions }).format(Date.parse(resetsAt))}`;
}

/** Null where there is nothing to say before something is used. */
export function forecastWords(
  forecast: Forecast,
  { period, resetsAt }: QuotaUse,
  zone: string | null,
): string | null {
  switch (forecast.kind) {
    case "spent":
      return "More is refused until it resets.";
    case "reaches":
      return `At this pace the limit is reached about ${momentWords(forecast.at, period, zone)}.`;
    case "ends":
      return `At this pace: ${count(forecast.amount)} by ${momentWords(Date.parse(resetsAt), period, zone)}, ${percentWords(forecast.share)} of the quota.`;
    case "early":
      return "Too early in the period for a forecast.";
    case "unused":
      return null;
  }
}

const periodWords: Record<QuotaPeriod, string> = { month: "this month", day: "today" };
const dayFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const timeOptions: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", timeZoneName: "short" };
const dateOptions: Intl.DateTimeFormatOptions = { day: "numeric", month: "long" };

/** A day of a month, a time of a day. */
function momentWords(moment: number, period: QuotaPeriod, zone: string | null): string {
  return formatIn(zone, period === "month" ? dateOptions : timeOptions).format(moment);
}

function percentWords(share: number): string {
  return share < 0.01 ? "under 1 %" : `${Math.floor(share * 100)} %`;
}
