import {
  createSubscriptionInput,
  deliveryListQuery,
  replayInput,
  updateSubscriptionInput,
} from "../event-subscription-input";
import {
  deliveryAnswer,
  deliveryListAnswer,
  replayAnswer,
  subscriptionAnswer,
  subscriptionListAnswer,
} from "./event-subscriptions";
import { keyDenials } from "./key-denials";
import { named } from "./named-schemas";
import type { Operation, Operations } from "./operation";

const all = "/api/public/v1/event-subscriptions" as const;
const one = `${all}/{subscription_id}` as const;
const delivery = `${one}/deliveries/{delivery_id}` as const;
const subscriptionParameter = { subscription_id: "The id of a subscription." };
const deliveryParameters = { ...subscriptionParameter, delivery_id: "The id of a delivery." };

const common = { tag: "Event subscriptions", access: "key" } as const satisfies Partial<Operation>;
const ofOne = { ...common, pathParameters: subscriptionParameter } as const satisfies Partial<Operation>;

/** Operations on event subscriptions. They need a `read_write` key whose owner is an owner or admin. */
export const eventOperations = {
  createEventSubscription: {
    ...common,
    method: "POST",
    path: all,
    summary: "Create an event subscription",
    description:
      "The endpoint is sent the events that happen from now on. It must be `https` and have a public address. The signing secret can't be read back.",
    body: named("CreateEventSubscriptionRequest", createSubscriptionInput),
    status: 201,
    answer: subscriptionAnswer,
    errors: [...keyDenials, "conflict", "payload_too_large"],
  },
  listEventSubscriptions: {
    ...common,
    method: "GET",
    path: all,
    summary: "List event subscriptions",
    answer: subscriptionListAnswer,
    errors: keyDenials,
  },
  getEventSubscription: {
    ...ofOne,
    method: "GET",
    path: one,
    summary: "Get an event subscription",
    answer: subscriptionAnswer,
    errors: [...keyDenials, "not_found"],
  },
  updateEventSubscription: {
    ...ofOne,
    method: "PATCH",
    path: one,
    summary: "Update, pause or resume an event subscription",
    description:
      "Omitted fields don't change. After a change of `signingSecret` both secrets sign for `previousSecretExpiresIn` seconds, by default a day. `status: active` resumes a paused subscription and sends what it missed, unless `sendMissed` is false.",
    body: named("UpdateEventSubscriptionRequest", updateSubscriptionInput),
    answer: subscriptionAnswer,
    errors: [...keyDenials, "not_found", "payload_too_large"],
  },
  deleteEventSubscription: {
    ...ofOne,
    method: "DELETE",
    path: one,
    summary: "Delete an event subscription",
    description: "Deletes its deliveries too. What is being sent at this moment still arrives.",
    status: 204,
    answer: null,
    errors: [...keyDenials, "not_found"],
  },
  testEventSubscription: {
    ...ofOne,
    method: "POST",
    path: `${one}/test`,
    summary: "Send a test event",
    description:
      "Sends an event of the type `event_subscription.test` to this subscription only, even if it doesn't ask for that type.",
    status: 202,
    answer: deliveryAnswer,
    errors: [...keyDenials, "not_found", "conflict"],
  },
  replayEvents: {
    ...ofOne,
    method: "POST",
    path: `${one}/replay`,
    summary: "Send earlier events again",
    description:
      "Sends the events of `from` to `to` that match the subscription, also those that were delivered and those from before it was created. Events are kept for `EVENT_RETENTION_DAYS`.",
    body: named("ReplayRequest", replayInput),
    status: 202,
    answer: replayAnswer,
    errors: [...keyDenials, "not_found", "conflict", "payload_too_large"],
  },
  listDeliveries: {
    ...ofOne,
    method: "GET",
    path: `${one}/deliveries`,
    summary: "List deliveries",
    description: "Newest first. Pass `nextCursor` as `cursor` to get the next page.",
    query: deliveryListQuery,
    answer: deliveryListAnswer,
    errors: [...keyDenials, "not_found"],
  },
  getDelivery: {
    ...common,
    method: "GET",
    path: delivery,
    summary: "Get a delivery with its attempts",
    pathParameters: deliveryParameters,
    answer: deliveryAnswer,
    errors: [...keyDenials, "not_found"],
  },
  retryDelivery: {
    ...common,
    method: "POST",
    path: `${delivery}/retry`,
    summary: "Send a delivery again",
    description: "Sends it now, even if it was delivered.",
    pathParameters: deliveryParameters,
    status: 202,
    answer: deliveryAnswer,
    errors: [...keyDenials, "not_found", "conflict"],
  },
} as const satisfies Operations;
