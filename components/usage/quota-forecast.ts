import type { QuotaUse } from "@/lib/contracts/quotas";

/** Where a quota is going, if the rest of its period is as what was counted of it so far. Times are milliseconds. */
export type Forecast =
  | { kind: "spent" }
  | { kind: "unused" }
  /** Too little time was counted to tell. */
  | { kind: "early" }
  | { kind: "ends"; amount: number; share: number }
  | { kind: "reaches"; at: number };

/** The least that must have been counted: one busy hour says nothing of a month. */
const leastShare = 1 / 30;

export function forecastOf(
  { used, limit, startsAt, resetsAt, countedSince }: QuotaUse,
  nowText: string,
): Forecast {
  const [now, ends] = [Date.parse(nowText), Date.parse(resetsAt)];
  // A quota that is younger than its period was not counted before.
  const since = Math.max(Date.parse(startsAt), countedSince === null ? 0 : Date.parse(countedSince));
  if (used >= limit) return { kind: "spent" };
  if (used === 0) return { kind: "unused" };
  if (now - since < leastShare * (ends - Date.parse(startsAt))) return { kind: "early" };
  const pace = used / (now - since);
  const amount = used + pace * (ends - now);
  if (amount >= limit) return { kind: "reaches", at: now + (limit - used) / pace };
  return { kind: "ends", amount: roundedForReading(amount, used), share: amount / limit };
}

/** Two figures are all that a forecast knows; never less than what is used already. */
function roundedForReading(amount: number, used: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(amount)) - 1);
  return Math.max(used, Math.round(amount / unit) * unit);
}
