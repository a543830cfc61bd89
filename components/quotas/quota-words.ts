import { formatIn } from "@/components/ui/format-in";
import type { QuotaPeriod, QuotaUse } from "@/lib/contracts/quotas";
import type { Forecast } from "./quota-forecast";

export function count(number: number): string {
  return number.toLocaleString("en-US");
}

/** Such as "8,400 of 10,000 this month". */
export function usedWords({ used, limit, period }: QuotaUse): string {
  return `${count(used)} of ${count(limit)} ${periodWords[period]}`;
}

/** Includes the time: a month begins at midnight UTC, which is another day in some time zones. */
export function resetWords({ resetsAt, period }: QuotaUse, zone: string | null, locale?: string): string {
  if (period === "day") return `Resets at ${timeText(Date.parse(resetsAt), period, zone, locale)}`;
  return `Resets on ${formatIn(zone, { ...dateOptions, ...timeOptions }, locale).format(Date.parse(resetsAt))}`;
}

/** Null if nothing was used yet. */
export function forecastWords(
  forecast: Forecast,
  { period, resetsAt }: QuotaUse,
  zone: string | null,
  locale?: string,
): string | null {
  switch (forecast.kind) {
    case "spent":
      return "Further use is denied until it resets.";
    case "reaches":
      return `At this rate, you’ll reach the limit around ${timeText(forecast.at, period, zone, locale)}.`;
    case "ends":
      return `At this rate: ${count(forecast.amount)} by ${timeText(Date.parse(resetsAt), period, zone, locale)}, ${percentWords(forecast.share)} of the quota.`;
    case "early":
      return "Too early for a forecast.";
    case "unused":
      return null;
  }
}

const periodWords: Record<QuotaPeriod, string> = { month: "this month", day: "today" };
const timeOptions: Intl.DateTimeFormatOptions = { hour: "numeric", minute: "2-digit", timeZoneName: "short" };
const dateOptions: Intl.DateTimeFormatOptions = { day: "numeric", month: "long" };

function timeText(time: number, period: QuotaPeriod, zone: string | null, locale?: string): string {
  return formatIn(zone, period === "month" ? dateOptions : timeOptions, locale).format(time);
}

export function percentWords(share: number): string {
  return share < 0.01 ? "under 1%" : `${Math.floor(share * 100)}%`;
}
