import { queryKeys } from "./query-keys";

type Filters = Readonly<Record<string, string | undefined>>;

/** Apart from the others, which every page loads. */
export const deliveryKeys = {
  lists: (workspace: string, subscription: string) =>
    [...queryKeys.eventSubscription(workspace, subscription), "deliveries"] as const,
  list: (workspace: string, subscription: string, filters: Filters) =>
    [...queryKeys.eventSubscription(workspace, subscription), "deliveries", filters] as const,
  one: (workspace: string, subscription: string, id: string) =>
    [...queryKeys.eventSubscription(workspace, subscription), "delivery", id] as const,
  /** Not below the subscription's: what is polled isn't a list. */
  newest: (workspace: string, subscription: string, filters?: Filters) =>
    ["workspaces", workspace, "newest-deliveries", subscription, ...(filters ? [filters] : [])] as const,
};
