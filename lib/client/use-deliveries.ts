import { type InfiniteData, keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import type { DeliveryPage } from "@/lib/contracts/deliveries";
import { deliveryKeys } from "./delivery-keys";
import { mergeNewest } from "./merge-deliveries";
import { type DeliveryFilters, deliveriesQuery, requestDeliveries } from "./queries/deliveries";
import { queryKeys } from "./query-keys";
import { usePoll } from "./use-poll";

const newestMs = 3_000;

/** A subscription's deliveries. New ones and new states arrive every three seconds; `trouble` says why they don't. */
export function useDeliveries(workspace: string, subscriptionId: string, filters: DeliveryFilters) {
  const queryClient = useQueryClient();
  const query = deliveriesQuery(workspace, subscriptionId, filters);
  const list = useInfiniteQuery({ ...query, placeholderData: keepPreviousData });
  const { trouble } = usePoll<string>({
    queryKey: deliveryKeys.newest(workspace, subscriptionId, filters),
    enabled: list.isSuccess && !list.isPlaceholderData,
    refetchInterval: newestMs,
    async queryFn({ queryKey, signal }) {
      const newest = await requestDeliveries(workspace, subscriptionId, filters, {
        signal,
        background: true,
      });
      // "Load more" would replace what is merged while it is under way.
      if (queryClient.getQueryState(query.queryKey)?.fetchStatus === "idle")
        queryClient.setQueryData<InfiniteData<DeliveryPage>>(
          query.queryKey,
          (data) => data && mergeNewest(data, newest),
        );
      const text = JSON.stringify(newest);
      const before = queryClient.getQueryData(queryKey);
      if (before !== undefined && before !== text) void refreshHealth();
      return text;
    },
  });

  /** The bars of the day and what waits. */
  function refreshHealth() {
    return queryClient.invalidateQueries({
      queryKey: queryKeys.eventSubscription(workspace, subscriptionId),
      exact: true,
    });
  }

  return { list, trouble };
}
