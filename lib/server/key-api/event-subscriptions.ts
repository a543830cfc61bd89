import * as deliveries from "../events/deliveries";
import { deliveryJson, deliverySummaryJson, subscriptionJson } from "../events/event-json";
import * as subscriptions from "../events/manage-subscriptions";
import type { KeyRequest, KeyRouteHandler } from "./key-request";

export const createEventSubscription: KeyRouteHandler<"createEventSubscription"> = async ({ body, actor }) =>
  subscriptionJson(await subscriptions.createSubscription(actor, body), body.signingSecret);

export const listEventSubscriptions: KeyRouteHandler<"listEventSubscriptions"> = async ({ actor }) => ({
  eventSubscriptions: (await subscriptions.listSubscriptions(actor)).map((one) => subscriptionJson(one)),
});

export const getEventSubscription: KeyRouteHandler<"getEventSubscription"> = async ({ actor, params }) =>
  subscriptionJson(await subscriptions.getSubscription(actor, idOf(params)));

export const updateEventSubscription: KeyRouteHandler<"updateEventSubscription"> = async ({
  body,
  actor,
  params,
}) => subscriptionJson(await subscriptions.updateSubscription(actor, idOf(params), body), body.signingSecret);

export const deleteEventSubscription: KeyRouteHandler<"deleteEventSubscription"> = async ({
  actor,
  params,
}) => {
  await subscriptions.deleteSubscription(actor, idOf(params));
  return null;
};

export const testEventSubscription: KeyRouteHandler<"testEventSubscription"> = async ({ actor, params }) =>
  deliveryJson(await deliveries.sendTestEvent(actor, idOf(params)));

export const replayEvents: KeyRouteHandler<"replayEvents"> = async ({ body, actor, params }) => ({
  count: await (body.dryRun ? deliveries.countReplay : deliveries.replayEvents)(actor, idOf(params), body),
});

export const listDeliveries: KeyRouteHandler<"listDeliveries"> = async ({ query, actor, params }) => {
  const page = await deliveries.listDeliveries(actor, idOf(params), query);
  return { deliveries: page.deliveries.map(deliverySummaryJson), nextCursor: page.nextCursor };
};

export const getDelivery: KeyRouteHandler<"getDelivery"> = async ({ actor, params }) =>
  deliveryJson(await deliveries.getDelivery(actor, idOf(params), params.delivery_id ?? ""));

export const retryDelivery: KeyRouteHandler<"retryDelivery"> = async ({ actor, params }) =>
  deliveryJson(await deliveries.retryDelivery(actor, idOf(params), params.delivery_id ?? ""));

function idOf({ subscription_id: id = "" }: KeyRequest["params"]): string {
  return id;
}
