import { z } from "zod";
import { deliveryStatuses } from "../deliveries";
import { timestamp } from "./fields";
import { named } from "./named-schemas";

const subscriptionId = z.string().regex(/^sub_[0-9a-z]+$/);
const deliveryId = z.string().regex(/^dlv_[0-9a-z]+$/);
const eventId = z.string().regex(/^evt_[0-9a-z]+$/);

export const pauseReasons = [
  "person",
  "failing",
  "gone",
  "key_exposed",
  "key_revoked",
  "creator_left",
  "secret_lost",
] as const;

export const subscriptionAnswer = named(
  "EventSubscription",
  z.object({
    id: subscriptionId,
    status: z.enum(["active", "paused"]),
    endpointUrl: z.string(),
    eventTypes: z.array(z.string()),
    filters: z.object({
      keyIds: z.array(z.string()).optional(),
      environments: z.array(z.string()).optional(),
    }),
    createdAt: timestamp,
    updatedAt: timestamp,
    previousSecretExpiresAt: timestamp.optional().meta({
      description: "Until then the previous secret signs too, after a change of the secret.",
    }),
    pausedAt: timestamp.optional(),
    pausedBecause: z.enum(pauseReasons).optional().meta({
      description:
        "`failing`: the endpoint failed for 24 hours. `gone`: it answered 410. `key_exposed`: a key that made it, or changed its endpoint or secret, leaked. `key_revoked`: such a key was revoked with the keys it created. `creator_left`: the member who made it, or changed its endpoint or secret last, was removed, suspended or is no longer an admin. `secret_lost`: the server lost its signing secret.",
    }),
    failingSince: timestamp
      .optional()
      .meta({ description: "Since when every attempt has failed, if the last one did." }),
    lastError: z.string().optional().meta({ description: "Why the last attempt failed, if it did." }),
    standardWebhooksSecret: z.string().optional().meta({
      description:
        "`whsec_` and the base64 of the signing secret, as Standard Webhooks libraries take it. Only in the answer to a request that set the secret.",
    }),
  }),
);
export type SubscriptionAnswer = z.infer<typeof subscriptionAnswer>;

export const subscriptionListAnswer = named(
  "EventSubscriptionList",
  z.object({ eventSubscriptions: z.array(subscriptionAnswer).meta({ description: "Newest first." }) }),
);

const deliveryFields = {
  id: deliveryId,
  eventId,
  type: z.string(),
  status: z.enum(deliveryStatuses).meta({
    description:
      "`pending` until an attempt succeeds or 24 hours of attempts have failed; `skipped` if the subscription was resumed without it.",
  }),
  attemptCount: z.int().min(0),
  lastStatus: z
    .int()
    .nullable()
    .meta({ description: "The HTTP status of the last attempt. null: no answer, or no attempt." }),
  lastError: z.string().nullable(),
  createdAt: timestamp,
  nextAttemptAt: timestamp.nullable(),
  deliveredAt: timestamp.nullable(),
};

export const deliveryListAnswer = named(
  "DeliveryList",
  z.object({
    deliveries: z
      .array(named("DeliverySummary", z.object(deliveryFields)))
      .meta({ description: "Newest first." }),
    nextCursor: deliveryId.nullable().meta({ description: "null on the last page." }),
  }),
);

export const deliveryAnswer = named(
  "Delivery",
  z.object({
    ...deliveryFields,
    event: z.record(z.string(), z.unknown()).nullable().meta({
      description: "The body of the request. null once the event has been deleted because of its age.",
    }),
    attempts: z
      .array(
        z.object({
          at: timestamp,
          latencyMs: z.int().min(0),
          status: z.int().nullable(),
          error: z.string().nullable(),
          answer: z.string().meta({ description: "The first 4 KiB of the answer's body." }),
        }),
      )
      .meta({ description: "Oldest first." }),
  }),
);
export type DeliveryAnswer = z.infer<typeof deliveryAnswer>;

export const replayAnswer = named(
  "Replay",
  z.object({ count: z.int().min(0).meta({ description: "How many events are sent, or would be." }) }),
);

export const sentEventAnswer = named(
  "SentEvent",
  z.object({ id: eventId, workspace_id: z.string(), type: z.string(), created_at: timestamp }),
);
