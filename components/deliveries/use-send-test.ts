import { useSubmit } from "@/components/forms/use-submit";
import { toast } from "@/components/ui/toast";
import { errorMessage } from "@/lib/client/api-error";
import { useSendTestEvent } from "@/lib/client/change-deliveries";
import type { EventSubscription } from "@/lib/contracts/event-subscriptions";
import { deliverySheet } from "./load-parts";
import { useDeliveryFilters } from "./use-delivery-filters";

/** Sends a test event and opens its delivery, which shows the answer when it arrives. */
export function useSendTest(workspaceSlug: string, { id, endpointUrl }: EventSubscription) {
  const { open } = useDeliveryFilters();
  const test = useSendTestEvent(workspaceSlug, id);
  const form = useSubmit(() => test.mutateAsync(), {
    doing: `Sending a test event to ${endpointUrl}`,
    onDone: (delivery) => deliverySheet.whenLoaded(() => open(delivery.id)),
    onFailure: (error) => toast.error("No test event was sent.", { description: errorMessage(error) }),
  });
  return { send: () => void form.submit(), pending: form.pending };
}
