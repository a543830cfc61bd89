import type { EventSubscription, EventSubscriptionList } from "@/lib/contracts/event-subscriptions";
import { queryKeys } from "../query-keys";
import { oneQuery } from "./make-query";
import { eventSubscriptionPath, eventSubscriptionsPath } from "./paths";

/** The workspace's subscriptions with the health of their last 24 hours, newest first. */
export function subscriptionListQuery(workspace: string) {
  return oneQuery<EventSubscriptionList>(
    queryKeys.eventSubscriptionList(workspace),
    eventSubscriptionsPath(workspace),
  );
}

export function subscriptionQuery(workspace: string, id: string) {
  return oneQuery<EventSubscription>(
    queryKeys.eventSubscription(workspace, id),
    eventSubscriptionPath(workspace, id),
  );
}
