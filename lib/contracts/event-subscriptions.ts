import type { ActorType } from "./audit-events";

export type SubscriptionStatus = "active" | "paused";
/** Why it is paused: a person did it, a day of failures, a 410, or the leak of the key that created it. */
export type PauseReason =
  | "person"
  | "failing"
  | "gone"
  | "key_exposed"
  | "key_revoked"
  | "creator_left"
  | "secret_lost";

/** The attempts of one hour. */
export type HourlyAttempts = {
  /** When the hour began. */
  hour: string;
  /** Delivered by the first attempt. */
  delivered: number;
  /** Delivered by a later attempt. */
  retried: number;
  /** Failed attempts. */
  failed: number;
};

/** A subscription as the console shows it. The signing secret is never sent. */
export type EventSubscription = {
  id: string;
  endpointUrl: string;
  /** Names, or beginnings such as `api_key.*`. */
  eventTypes: string[];
  /** Empty lists are no filter. The name of a key that no longer exists is null. */
  filters: { keys: { id: string; name: string | null }[]; environments: string[] };
  status: SubscriptionStatus;
  pausedAt: string | null;
  pausedBecause: PauseReason | null;
  /** The time of the first failure since the last success. */
  failingSince: string | null;
  lastError: string | null;
  /** Until then the previous secret signs too. Null if only the current one does. */
  previousSecretExpiresAt: string | null;
  createdBy: { type: ActorType; id: string; name: string | null };
  createdAt: string;
  updatedAt: string;
  /** Events that wait for an attempt. Counted up to `mostCountedWaiting`. */
  waiting: number;
  /** 24 hours, oldest first; the last one is the current hour. */
  lastDay: { hours: HourlyAttempts[]; averageLatencyMs: number | null };
};

export type EventSubscriptionList = { subscriptions: EventSubscription[] };

export const mostCountedWaiting = 10_000;

/** The result of a test event that was sent to an endpoint before it's saved. */
export type EndpointTest = {
  /** The HTTP status; null if there was no answer. */
  status: number | null;
  latencyMs: number;
  /** Why it failed, in words; null if the endpoint accepted it. */
  error: string | null;
  /** The beginning of the answer. */
  answer: string;
};
