import type { DeliveryAnswer, SubscriptionAnswer } from "@/lib/contracts/http-api/event-subscriptions";
import type { EventSubscription } from "../generated/prisma/client";
import { timeOfId } from "../new-id";
import type { Delivery, DeliveryWithAttempts } from "./deliveries";
import type { PauseReason } from "./pause-subscription";
import { standardSecret } from "./sign-delivery";

/** @param secret The signing secret, if this request set it. It is shown in no other answer. */
export function subscriptionJson(subscription: EventSubscription, secret?: string): SubscriptionAnswer {
  const { id, status, endpointUrl, eventTypes, keyIds, environments } = subscription;
  const { previousSecretExpiresAt, pausedAt, pausedBecause, failingSince, lastError } = subscription;
  const signsTwice = previousSecretExpiresAt !== null && previousSecretExpiresAt > new Date();
  return {
    id,
    status,
    endpointUrl,
    eventTypes,
    filters: {
      ...(keyIds.length > 0 && { keyIds }),
      ...(environments.length > 0 && { environments }),
    },
    createdAt: subscription.createdAt.toISOString(),
    updatedAt: subscription.updatedAt.toISOString(),
    ...(signsTwice && { previousSecretExpiresAt: previousSecretExpiresAt.toISOString() }),
    ...(pausedAt && { pausedAt: pausedAt.toISOString(), pausedBecause: pausedBecause as PauseReason }),
    ...(failingSince && { failingSince: failingSince.toISOString() }),
    ...(lastError !== null && { lastError }),
    ...(secret !== undefined && { standardWebhooksSecret: standardSecret(Buffer.from(secret)) }),
  };
}

export function deliverySummaryJson({ id, eventId, type, status, attemptCount, ...delivery }: Delivery) {
  return {
    id,
    eventId,
    type,
    status,
    attemptCount,
    lastStatus: delivery.lastStatus,
    lastError: delivery.lastError,
    createdAt: timeOfId(id),
    nextAttemptAt: delivery.nextAttemptAt?.toISOString() ?? null,
    deliveredAt: delivery.deliveredAt?.toISOString() ?? null,
  };
}

export function deliveryJson(delivery: DeliveryWithAttempts): DeliveryAnswer {
  return {
    ...deliverySummaryJson(delivery),
    event: delivery.body === null ? null : JSON.parse(delivery.body),
    attempts: delivery.attempts.map(({ at, latencyMs, status, error, answer }) => ({
      at,
      latencyMs,
      status,
      error,
      answer,
    })),
  };
}
