import { useQuery } from "@tanstack/react-query";
import { subscriptionListQuery, subscriptionQuery } from "./queries/event-subscriptions";

/** How often the health of subscriptions is loaded again while the page is visible. */
const refreshMs = 30_000;

export function useEventSubscriptions(workspace: string) {
  return useQuery({ ...subscriptionListQuery(workspace), refetchInterval: refreshMs });
}

/** @param now Whether to load it again even if it was just loaded. */
export function useEventSubscription(workspace: string, id: string, { now = false } = {}) {
  return useQuery({
    ...subscriptionQuery(workspace, id),
    refetchInterval: refreshMs,
    ...(now && { staleTime: 0 }),
  });
}
