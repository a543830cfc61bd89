import { sendEventInput } from "../event-subscription-input";
import { eventOperations } from "./event-operations";
import { sentEventAnswer } from "./event-subscriptions";
import { named } from "./named-schemas";
import type { Operation, Operations } from "./operation";
import { readErrors, readErrorsWithoutQuery, serviceErrors, workspaceParameter } from "./service-errors";

const all = "/api/v1/workspaces/{workspace_id}/event-subscriptions" as const;
const one = `${all}/{subscription_id}` as const;
const delivery = `${one}/deliveries/{delivery_id}` as const;

const ofWorkspace = {
  tag: "Events of your customers",
  access: "service_token",
  pathParameters: { workspace_id: workspaceParameter },
} as const satisfies Partial<Operation>;
const ofSubscription = {
  ...ofWorkspace,
  pathParameters: { ...eventOperations.getEventSubscription.pathParameters, ...ofWorkspace.pathParameters },
} as const satisfies Partial<Operation>;
const ofDelivery = {
  ...ofWorkspace,
  pathParameters: { ...eventOperations.getDelivery.pathParameters, ...ofWorkspace.pathParameters },
} as const satisfies Partial<Operation>;

/** Operations on events with a service token. Those on subscriptions do what those with a key do. */
export const serviceEventOperations = {
  sendEvent: {
    method: "POST",
    path: "/api/v1/events",
    tag: "Events of your customers",
    summary: "Send an event of your own",
    description:
      "It is delivered to the workspace's subscriptions that ask for its type, and kept for `EVENT_RETENTION_DAYS`. A repeat with the same `idempotency_key` returns the same event; the key counts per workspace and label of the service token.",
    access: "service_token",
    body: named("SendEventRequest", sendEventInput),
    status: 202,
    answer: sentEventAnswer,
    errors: [...serviceErrors, "not_found", "conflict"],
  },
  createWorkspaceEventSubscription: {
    ...eventOperations.createEventSubscription,
    ...ofWorkspace,
    path: all,
    errors: [...serviceErrors, "not_found", "conflict", "rate_limit_exceeded"],
  },
  listWorkspaceEventSubscriptions: {
    ...eventOperations.listEventSubscriptions,
    ...ofWorkspace,
    path: all,
    errors: [...readErrorsWithoutQuery, "not_found"],
  },
  getWorkspaceEventSubscription: {
    ...eventOperations.getEventSubscription,
    ...ofSubscription,
    path: one,
    errors: [...readErrorsWithoutQuery, "not_found"],
  },
  updateWorkspaceEventSubscription: {
    ...eventOperations.updateEventSubscription,
    ...ofSubscription,
    path: one,
    errors: [...serviceErrors, "not_found", "rate_limit_exceeded"],
  },
  deleteWorkspaceEventSubscription: {
    ...eventOperations.deleteEventSubscription,
    ...ofSubscription,
    path: one,
    errors: [...readErrorsWithoutQuery, "not_found"],
  },
  testWorkspaceEventSubscription: {
    ...eventOperations.testEventSubscription,
    ...ofSubscription,
    path: `${one}/test`,
    errors: [...readErrorsWithoutQuery, "not_found", "conflict", "rate_limit_exceeded"],
  },
  replayWorkspaceEvents: {
    ...eventOperations.replayEvents,
    ...ofSubscription,
    path: `${one}/replay`,
    errors: [...serviceErrors, "not_found", "conflict", "rate_limit_exceeded"],
  },
  listWorkspaceDeliveries: {
    ...eventOperations.listDeliveries,
    ...ofSubscription,
    path: `${one}/deliveries`,
    errors: [...readErrors, "not_found"],
  },
  getWorkspaceDelivery: {
    ...eventOperations.getDelivery,
    ...ofDelivery,
    path: delivery,
    errors: [...readErrorsWithoutQuery, "not_found"],
  },
  retryWorkspaceDelivery: {
    ...eventOperations.retryDelivery,
    ...ofDelivery,
    path: `${delivery}/retry`,
    errors: [...readErrorsWithoutQuery, "not_found", "conflict", "rate_limit_exceeded"],
  },
} as const satisfies Operations;
