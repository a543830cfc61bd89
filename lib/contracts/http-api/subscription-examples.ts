import type { DeliveryAnswer, SubscriptionAnswer } from "./event-subscriptions";

const subscription: SubscriptionAnswer = {
  id: "sub_01kb2vh2k8n1q4s7v0x3z6b9d2",
  status: "active",
  endpointUrl: "https://hooks.example.com/keyward",
  eventTypes: ["api_key.*", "quota.reached"],
  filters: { environments: ["production"] },
  createdAt: "2026-11-22T09:31:00.000Z",
  updatedAt: "2026-11-22T09:31:00.000Z",
};

const pending = {
  id: "dlv_01kb2vj5m9p2r5t8w1y4a7c0e3",
  eventId: "evt_01kb2vj5m8n1q4s7v0x3z6b9d2",
  type: "event_subscription.test",
  status: "pending",
  attemptCount: 0,
  lastStatus: null,
  lastError: null,
  createdAt: "2026-11-22T09:32:00.000Z",
  nextAttemptAt: "2026-11-22T09:32:00.000Z",
  deliveredAt: null,
} as const satisfies Partial<DeliveryAnswer>;

const testEvent = {
  id: pending.eventId,
  type: pending.type,
  createdAt: "2026-11-22T09:32:00.000Z",
  workspaceId: "ws_01kb2v6q3m8w1x5y7z9a0c2e4g",
  data: { message: "This is a test event." },
};

const delivered = {
  ...pending,
  status: "delivered",
  attemptCount: 1,
  lastStatus: 204,
  nextAttemptAt: null,
  deliveredAt: "2026-11-22T09:32:00.250Z",
} as const satisfies Partial<DeliveryAnswer>;

const attempt = { at: "2026-11-22T09:32:00.120Z", latencyMs: 87, status: 204, error: null, answer: "" };

const ofSubscriptions = {
  createEventSubscription: {
    request: {
      endpointUrl: subscription.endpointUrl,
      eventTypes: subscription.eventTypes,
      signingSecret: "correct horse battery staple",
      filters: { environments: ["production"] },
    },
    answer: {
      ...subscription,
      standardWebhooksSecret: "whsec_Y29ycmVjdCBob3JzZSBiYXR0ZXJ5IHN0YXBsZQ==",
    },
  },
  listEventSubscriptions: { answer: { eventSubscriptions: [subscription] } },
  getEventSubscription: { answer: subscription },
  updateEventSubscription: {
    request: { eventTypes: ["api_key.revoked"], filters: {} },
    answer: { ...subscription, eventTypes: ["api_key.revoked"], filters: {} },
  },
  deleteEventSubscription: {},
  testEventSubscription: { answer: { ...pending, event: testEvent, attempts: [] } },
  replayEvents: {
    request: { from: "2026-11-22T08:00:00Z", to: "2026-11-22T09:00:00Z" },
    answer: { count: 0 },
  },
  listDeliveries: { answer: { deliveries: [delivered], nextCursor: null } },
  getDelivery: { answer: { ...delivered, event: testEvent, attempts: [attempt] } },
  retryDelivery: {
    answer: {
      ...delivered,
      status: "pending" as const,
      nextAttemptAt: "2026-11-22T09:40:00.000Z",
      event: testEvent,
      attempts: [attempt],
    },
  },
};

/** Examples of the operations on events, with a key and with a service token. */
export const subscriptionExamples = {
  ...ofSubscriptions,
  sendEvent: {
    request: {
      workspace_id: testEvent.workspaceId,
      type: "invoice.paid",
      data: { invoice: "inv-2026-0042", amount: 4200, currency: "EUR" },
      idempotency_key: "inv-2026-0042-paid",
    },
    answer: {
      id: "evt_01kb2vk7n0q3s6v9x2z5b8d1f4",
      workspace_id: testEvent.workspaceId,
      type: "invoice.paid",
      created_at: "2026-11-22T09:33:00.000Z",
    },
  },
  createWorkspaceEventSubscription: ofSubscriptions.createEventSubscription,
  listWorkspaceEventSubscriptions: ofSubscriptions.listEventSubscriptions,
  getWorkspaceEventSubscription: ofSubscriptions.getEventSubscription,
  updateWorkspaceEventSubscription: ofSubscriptions.updateEventSubscription,
  deleteWorkspaceEventSubscription: ofSubscriptions.deleteEventSubscription,
  testWorkspaceEventSubscription: ofSubscriptions.testEventSubscription,
  replayWorkspaceEvents: ofSubscriptions.replayEvents,
  listWorkspaceDeliveries: ofSubscriptions.listDeliveries,
  getWorkspaceDelivery: ofSubscriptions.getDelivery,
  retryWorkspaceDelivery: ofSubscriptions.retryDelivery,
};
