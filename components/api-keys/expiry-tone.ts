import { expiringDays } from "@/lib/contracts/api-keys";

const soonMs = expiringDays * 86_400_000;

export type ExpiryTone = "soon" | "past" | "calm";

/** `soon` while the filter Expiring finds the key. */
export function expiryTone(expiresAt: string, now: Date): ExpiryTone {
  const left = Date.parse(expiresAt) - now.getTime();
  if (left <= 0) return "past";
  return left < soonMs ? "soon" : "calm";
}
