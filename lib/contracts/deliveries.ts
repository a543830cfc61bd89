/** Waiting to be sent, delivered, given up after a day, or left out by someone who resumed the subscription without it. */
export const deliveryStatuses = ["pending", "delivered", "failed", "skipped"] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

/** How many events one replay sends at most. */
export const mostReplayed = 100_000;

/** One event on its way to one endpoint. */
export type DeliveryView = {
  id: string;
  eventId: string;
  type: string;
  status: DeliveryStatus;
  createdAt: string;
  attemptCount: number;
  /** Of the last attempt. Null if there was none, or no answer. */
  lastStatus: number | null;
  lastError: string | null;
  lastLatencyMs: number | null;
  /** Null unless it is pending. */
  nextAttemptAt: string | null;
  deliveredAt: string | null;
};

export type DeliveryAttempt = {
  at: string;
  latencyMs: number;
  /** Null if there was no answer. */
  status: number | null;
  /** Why it failed. Null for a 2xx. */
  error: string | null;
  /** The first 4 KiB. */
  answer: string;
  /** `X-Keyward-Signature` as it was sent. */
  signature: string;
};

/** `body` is exactly what is sent; null once the event has been deleted. Attempts are in the order in which they were made. */
export type DeliveryDetails = DeliveryView & { body: string | null; attempts: DeliveryAttempt[] };

/** Newest first. */
export type DeliveryPage = { deliveries: DeliveryView[]; nextCursor: string | null };

/** How many events a replay would send; at most one more than `mostReplayed`, which is too many. */
export type ReplayCount = { count: number };
