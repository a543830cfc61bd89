import { relativeTime } from "@/components/ui/time-words";
import type { DeliveryAttempt, DeliveryStatus, DeliveryView } from "@/lib/contracts/deliveries";

export const deliveryStatusLabels: Record<DeliveryStatus, string> = {
  pending: "Waiting",
  delivered: "Delivered",
  failed: "Failed",
  skipped: "Skipped",
};

type Facts = Pick<DeliveryView, "status" | "attemptCount" | "nextAttemptAt">;

/**
 * Such as "Delivered after 3 attempts" or "Waiting: next attempt in 5 min".
 * @param now Null where the clock isn't known: on the server.
 */
export function deliveryStatusText(
  { status, attemptCount, nextAttemptAt }: Facts,
  { now, paused }: { now: number | null; paused: boolean },
): string {
  if (status === "delivered")
    return attemptCount > 1 ? `Delivered after ${attempts(attemptCount)}` : "Delivered";
  if (status !== "pending" || (now === null && !paused)) return deliveryStatusLabels[status];
  if (paused) return "Waiting: subscription paused";
  const next = new Date(nextAttemptAt ?? 0);
  const words = relativeTime(next, now ?? 0);
  if (next.getTime() <= (now ?? 0) || words === "just now")
    return attemptCount === 0 ? "Sending" : "Sending again";
  return `Waiting: ${attemptCount === 0 ? "first" : "next"} attempt ${words}`;
}

export function attempts(count: number): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? "attempt" : "attempts"}`;
}

/** Why an attempt failed, or that it didn't. */
export function attemptText({ status, error }: Pick<DeliveryAttempt, "status" | "error">): string {
  return error ?? `It answered ${status}.`;
}

/** A body of JSON, indented; any other text as it is. */
export function prettyBody(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

/** The Unix time that was signed, from `t=…,v1=…`. */
export function signedSeconds(signature: string): string {
  return /^t=(\d+)/.exec(signature)?.[1] ?? "";
}

/** The headers of an attempt as they were sent. `Webhook-Signature` isn't stored. */
export function requestHeaders(eventId: string, { signature }: Pick<DeliveryAttempt, "signature">): string {
  return [
    "Content-Type: application/json",
    "User-Agent: Keyward-Events/1",
    `Webhook-Id: ${eventId}`,
    `Webhook-Timestamp: ${signedSeconds(signature)}`,
    `X-Keyward-Signature: ${signature}`,
  ].join("\n");
}
