import { AppError } from "@/lib/contracts/app-error";
import { serviceActor } from "../actor";
import * as deliveries from "../events/deliveries";
import { deliveryJson, deliverySummaryJson, subscriptionJson } from "../events/event-json";
import * as subscriptions from "../events/manage-subscriptions";
import { sendEvent as recordEvent } from "../events/send-event";
import type { ServiceRequest, ServiceRouteHandler } from "./service-request";
import { findWorkspace, readNamed, requireServiceWorkspace } from "./service-workspace";

/** POST /api/v1/events: an event of the operator's own. */
export const sendEvent: ServiceRouteHandler<"sendEvent"> = async ({ body, token, requestId }) => {
  const workspace = await findWorkspace(readNamed(body.workspace_id), token);
  if (!workspace) throw new AppError("not_found", "Workspace not found.");
  const { type, data, idempotency_key: idempotencyKey } = body;
  const event = await recordEvent(serviceActor(workspace.id, token.label, requestId), {
    type,
    data,
    idempotencyKey,
  });
  return { id: event.id, workspace_id: workspace.id, type, created_at: event.createdAt };
};

export const createWorkspaceEventSubscription: ServiceRouteHandler<
  "createWorkspaceEventSubscription"
> = async (incoming) => {
  const { actor } = await requireServiceWorkspace(incoming);
  const { body } = incoming;
  return subscriptionJson(await subscriptions.createSubscription(actor, body), body.signingSecret);
};

export const listWorkspaceEventSubscriptions: ServiceRouteHandler<"listWorkspaceEventSubscriptions"> = async (
  incoming,
) => {
  const { actor } = await requireServiceWorkspace(incoming);
  const found = await subscriptions.listSubscriptions(actor);
  return { eventSubscriptions: found.map((one) => subscriptionJson(one)) };
};

export const getWorkspaceEventSubscription: ServiceRouteHandler<"getWorkspaceEventSubscription"> = async (
  incoming,
) => {
  const { actor, id } = await subscriptionOf(incoming);
  return subscriptionJson(await subscriptions.getSubscription(actor, id));
};

export const updateWorkspaceEventSubscription: ServiceRouteHandler<
  "updateWorkspaceEventSubscription"
> = async (incoming) => {
  const { actor, id } = await subscriptionOf(incoming);
  const { body } = incoming;
  return subscriptionJson(await subscriptions.updateSubscription(actor, id, body), body.signingSecret);
};

export const deleteWorkspaceEventSubscription: ServiceRouteHandler<
  "deleteWorkspaceEventSubscription"
> = async (incoming) => {
  const { actor, id } = await subscriptionOf(incoming);
  await subscriptions.deleteSubscription(actor, id);
  return null;
};

export const testWorkspaceEventSubscription: ServiceRouteHandler<"testWorkspaceEventSubscription"> = async (
  incoming,
) => {
  const { actor, id } = await subscriptionOf(incoming);
  return deliveryJson(await deliveries.sendTestEvent(actor, id));
};

export const replayWorkspaceEvents: ServiceRouteHandler<"replayWorkspaceEvents"> = async (incoming) => {
  const { actor, id } = await subscriptionOf(incoming);
  const { body } = incoming;
  return { count: await (body.dryRun ? deliveries.countReplay : deliveries.replayEvents)(actor, id, body) };
};

export const listWorkspaceDeliveries: ServiceRouteHandler<"listWorkspaceDeliveries"> = async (incoming) => {
  const { actor, id } = await subscriptionOf(incoming);
  const page = await deliveries.listDeliveries(actor, id, incoming.query);
  return { deliveries: page.deliveries.map(deliverySummaryJson), nextCursor: page.nextCursor };
};

export const getWorkspaceDelivery: ServiceRouteHandler<"getWorkspaceDelivery"> = async (incoming) => {
  const { actor, id } = await subscriptionOf(incoming);
  return deliveryJson(await deliveries.getDelivery(actor, id, incoming.params.delivery_id ?? ""));
};

export const retryWorkspaceDelivery: ServiceRouteHandler<"retryWorkspaceDelivery"> = async (incoming) => {
  const { actor, id } = await subscriptionOf(incoming);
  return deliveryJson(await deliveries.retryDelivery(actor, id, incoming.params.delivery_id ?? ""));
};

async function subscriptionOf(incoming: Pick<ServiceRequest, "params" | "token" | "requestId">) {
  const { actor } = await requireServiceWorkspace(incoming);
  return { actor, id: incoming.params.subscription_id ?? "" };
}
