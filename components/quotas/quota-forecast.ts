import type { QuotaUse } from "@/lib/contracts/quotas";

/** Where a quota ends up if use continues at the rate so far. Times are in milliseconds. */
export type Forecast =
  | { kind: "spent" }
  | { kind: "unused" }
  /** Too little time has passed for a forecast. */
  | { kind: "early" }
  | { kind: "ends"; amount: number; share: number }
  | { kind: "reaches"; at: number };

/** The share of the period that must have passed: one busy hour says little about a month. */
const minimumShare = 1 / 30;

export function forecastOf(
  { used, limit, startsAt, resetsAt, countedSince }: QuotaUse,
  nowText: string,
): Forecast {
  const [now, ends] = [Date.parse(nowText), Date.parse(resetsAt)];
  // Use before the quota was created wasn't counted.
  const since = Math.max(Date.parse(startsAt), countedSince === null ? 0 : Date.parse(countedSince));
  if (used >= limit) return { kind: "spent" };
  if (used === 0) return { kind: "unused" };
  if (now - since < minimumShare * (ends - Date.parse(startsAt))) return { kind: "early" };
  const rate = used / (now - since);
  const amount = used + rate * (ends - now);
  if (amount >= limit) return { kind: "reaches", at: now + (limit - used) / rate };
  return { kind: "ends", amount: roundForecast(amount, used), share: amount / limit };
}

/** Rounds to two significant digits, but never below what is already used. */
function roundForecast(amount: number, used: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(amount)) - 1);
  return Math.max(used, Math.round(amount / unit) * unit);
}
