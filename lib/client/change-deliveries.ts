import { type InfiniteData, type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import type { DeliveryDetails, DeliveryPage, ReplayCount } from "@/lib/contracts/deliveries";
import { apiRequest } from "./api-client";
import { deliveryKeys } from "./delivery-keys";
import { replaceDelivery } from "./merge-deliveries";
import { deliveryPath } from "./queries/deliveries";
import { eventSubscriptionPath } from "./queries/paths";
import { queryKeys } from "./query-keys";
import { queryString } from "./query-string";

export function useSendAgain(workspace: string, subscriptionId: string, id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () =>
      apiRequest<DeliveryDetails>(`${deliveryPath(workspace, subscriptionId, id)}/retry`, { method: "POST" }),
    onSuccess(delivery) {
      queryClient.setQueryData(deliveryKeys.one(workspace, subscriptionId, id), delivery);
      showDelivery(queryClient, workspace, subscriptionId, delivery);
      void refreshNewest(queryClient, workspace, subscriptionId);
    },
  });
}

export function useSendTestEvent(workspace: string, subscriptionId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () =>
      apiRequest<DeliveryDetails>(`${eventSubscriptionPath(workspace, subscriptionId)}/test`, {
        method: "POST",
      }),
    onSuccess(delivery) {
      queryClient.setQueryData(deliveryKeys.one(workspace, subscriptionId, delivery.id), delivery);
      void refreshNewest(queryClient, workspace, subscriptionId);
    },
  });
}

export type ReplayRange = { from: string; to: string };

export function countReplay(
  workspace: string,
  subscriptionId: string,
  range: ReplayRange,
  signal: AbortSignal,
): Promise<ReplayCount> {
  return apiRequest(`${eventSubscriptionPath(workspace, subscriptionId)}/replay${queryString(range)}`, {
    signal,
  });
}

export function useReplay(workspace: string, subscriptionId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (range: ReplayRange) =>
      apiRequest<ReplayCount>(`${eventSubscriptionPath(workspace, subscriptionId)}/replay`, {
        method: "POST",
        body: range,
      }),
    onSuccess() {
      void refreshNewest(queryClient, workspace, subscriptionId);
      void queryClient.invalidateQueries({ queryKey: queryKeys.auditEvents(workspace) });
    },
  });
}

/** Updates a delivery in every list that has it. */
export function showDelivery(
  queryClient: QueryClient,
  workspace: string,
  subscriptionId: string,
  { body: _body, attempts: _attempts, ...row }: DeliveryDetails,
): void {
  queryClient.setQueriesData<InfiniteData<DeliveryPage>>(
    { queryKey: deliveryKeys.lists(workspace, subscriptionId) },
    (data) => data && replaceDelivery(data, row),
  );
}

async function refreshNewest(queryClient: QueryClient, workspace: string, id: string): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: deliveryKeys.newest(workspace, id) }),
    queryClient.invalidateQueries({ queryKey: queryKeys.eventSubscription(workspace, id), exact: true }),
  ]);
}
