import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import type {
  CreateSubscriptionInput,
  TestEndpointInput,
  UpdateSubscriptionInput,
} from "@/lib/contracts/event-subscription-input";
import type {
  EndpointTest,
  EventSubscription,
  EventSubscriptionList,
} from "@/lib/contracts/event-subscriptions";
import { apiRequest } from "./api-client";
import { eventSubscriptionPath, eventSubscriptionsPath } from "./queries/paths";
import { queryKeys } from "./query-keys";

/** Not a React Query mutation, whose cache would keep the signing secret. */
export function useCreateSubscription(workspace: string) {
  const queryClient = useQueryClient();
  return useCallback(
    async (input: CreateSubscriptionInput): Promise<EventSubscription> => {
      try {
        return await apiRequest<EventSubscription>(eventSubscriptionsPath(workspace), {
          method: "POST",
          body: input,
        });
      } finally {
        // Also after a failure: the subscription may have been created.
        void refresh(queryClient, workspace);
      }
    },
    [queryClient, workspace],
  );
}

type Changes = Omit<UpdateSubscriptionInput, "signingSecret" | "previousSecretExpiresIn">;

export function useUpdateSubscription(workspace: string, id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (changes: Changes) => patch(workspace, id, changes),
    onSuccess: (changed) => show(queryClient, workspace, changed),
  });
}

/** Not a mutation, for the same reason as useCreateSubscription. */
export function useChangeSecret(workspace: string, id: string) {
  const queryClient = useQueryClient();
  return useCallback(
    async (input: { signingSecret: string; previousSecretExpiresIn: number }): Promise<EventSubscription> => {
      try {
        return await patch(workspace, id, input);
      } finally {
        void refresh(queryClient, workspace);
      }
    },
    [queryClient, workspace, id],
  );
}

export function useDeleteSubscription(workspace: string, id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => apiRequest(eventSubscriptionPath(workspace, id), { method: "DELETE" }),
    onSuccess() {
      queryClient.setQueryData<EventSubscriptionList>(
        queryKeys.eventSubscriptionList(workspace),
        (list) => list && { subscriptions: list.subscriptions.filter((one) => one.id !== id) },
      );
      void queryClient.invalidateQueries({ queryKey: queryKeys.eventSubscriptionList(workspace) });
      void queryClient.invalidateQueries({ queryKey: queryKeys.auditEvents(workspace) });
    },
  });
}

/** Sends one signed test event to an endpoint that isn't saved yet. Nothing of it is kept, here or on the server. */
export function testEndpoint(workspace: string, input: TestEndpointInput): Promise<EndpointTest> {
  return apiRequest<EndpointTest>(`${eventSubscriptionsPath(workspace)}/test`, {
    method: "POST",
    body: input,
  });
}

function patch(workspace: string, id: string, body: UpdateSubscriptionInput): Promise<EventSubscription> {
  return apiRequest<EventSubscription>(eventSubscriptionPath(workspace, id), { method: "PATCH", body });
}

/** Updates every cached copy of a subscription, so that its row changes before the list is loaded again. */
function show(queryClient: QueryClient, workspace: string, changed: EventSubscription): void {
  queryClient.setQueryData(queryKeys.eventSubscription(workspace, changed.id), changed);
  queryClient.setQueryData<EventSubscriptionList>(
    queryKeys.eventSubscriptionList(workspace),
    (list) =>
      list && { subscriptions: list.subscriptions.map((one) => (one.id === changed.id ? changed : one)) },
  );
  void refresh(queryClient, workspace);
}

async function refresh(queryClient: QueryClient, workspace: string): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: queryKeys.eventSubscriptions(workspace) }),
    queryClient.invalidateQueries({ queryKey: queryKeys.auditEvents(workspace) }),
  ]);
}
