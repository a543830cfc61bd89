import type { EventSubscription, HourlyAttempts, PauseReason } from "@/lib/contracts/event-subscriptions";
import { mostCountedWaiting } from "@/lib/contracts/event-subscriptions";

type Counts = Pick<HourlyAttempts, "delivered" | "retried" | "failed">;

export function sumOf(hours: readonly Counts[]): Counts {
  const total = { delivered: 0, retried: 0, failed: 0 };
  for (const hour of hours)
    for (const name of ["delivered", "retried", "failed"] as const) total[name] += hour[name];
  return total;
}

/** The share of attempts that succeeded, such as "99.5%". Never rounded up to 100%. Null without attempts. */
export function successRate(hours: readonly Counts[]): string | null {
  const { delivered, retried, failed } = sumOf(hours);
  const all = delivered + retried + failed;
  if (all === 0) return null;
  return `${Math.floor(((delivered + retried) / all) * 1000) / 10}%`;
}

/** Such as "24 h: 1,204 delivered, 3 retried, 1 failed attempt". */
export function healthSentence(hours: readonly Counts[]): string {
  const { delivered, retried, failed } = sumOf(hours);
  if (delivered + retried + failed === 0) return "No attempts in the last 24 hours";
  const parts = [
    `${delivered.toLocaleString("en-US")} delivered`,
    retried > 0 && `${retried.toLocaleString("en-US")} delivered after retries`,
    failed > 0 && `${failed.toLocaleString("en-US")} failed ${failed === 1 ? "attempt" : "attempts"}`,
  ];
  return `Last 24 hours: ${parts.filter(Boolean).join(", ")}`;
}

/** Such as "840 ms" or "1.2 s". */
export function latencyText(latencyMs: number): string {
  return latencyMs < 1000 ? `${Math.round(latencyMs)} ms` : `${(latencyMs / 1000).toFixed(1)} s`;
}

const pauseReasons: Record<Exclude<PauseReason, "person">, string> = {
  secret_lost: "The server lost its signing secret. Set a new one before you resume it.",
  failing: "Its endpoint failed for 24 hours.",
  gone: "Its endpoint answered 410 Gone.",
  key_exposed: "An API key that created or changed it was leaked.",
  key_revoked: "An API key that created or changed it was revoked with the keys it created.",
  creator_left:
    "The member who created or last changed it was removed or suspended, or is no longer an admin.",
};

/** Why it was paused automatically. Null if a person did it. */
export function pauseSentence({ pausedBecause }: Pick<EventSubscription, "pausedBecause">): string | null {
  return pausedBecause === null || pausedBecause === "person" ? null : pauseReasons[pausedBecause];
}

/** Such as "3 events". */
export function eventCount(count: number): string {
  if (count >= mostCountedWaiting) return `more than ${mostCountedWaiting.toLocaleString("en-US")} events`;
  return `${count.toLocaleString("en-US")} ${count === 1 ? "event" : "events"}`;
}

export function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
