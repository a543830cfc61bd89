import { useQueryClient } from "@tanstack/react-query";
import type { DeliveryDetails } from "@/lib/contracts/deliveries";
import { ApiError } from "./api-error";
import { showDelivery } from "./change-deliveries";
import { deliveryQuery } from "./queries/deliveries";
import { usePoll } from "./use-poll";

const waitingMs = 2_000;
const settledMs = 15_000;

/** One delivery with its attempts, kept current while it's shown. */
export function useDelivery(workspace: string, subscriptionId: string, id: string) {
  const queryClient = useQueryClient();
  const query = deliveryQuery(workspace, subscriptionId, id);
  const { data, trouble } = usePoll<DeliveryDetails | null>({
    queryKey: query.queryKey,
    async queryFn(context) {
      try {
        const delivery = await query.queryFn(context);
        // It may stand on a page of the list that isn't loaded again.
        showDelivery(queryClient, workspace, subscriptionId, delivery);
        return delivery;
      } catch (error) {
        if (error instanceof ApiError && error.code === "not_found") return null;
        throw error;
      }
    },
    refetchInterval: ({ state }) => (state.data?.status === "pending" ? waitingMs : settledMs),
  });
  return {
    data: data ?? undefined,
    trouble,
    isMissing: data === null,
    retry: () => void queryClient.refetchQueries({ queryKey: query.queryKey }),
  };
}
