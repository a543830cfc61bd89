import { toast } from "@/components/ui/toast";
import { errorMessage } from "@/lib/client/api-error";
import { useUpdateSubscription } from "@/lib/client/change-event-subscriptions";
import { mayHaveBeenDone } from "@/lib/client/may-have-been-done";
import type { EventSubscription } from "@/lib/contracts/event-subscriptions";

/** Pauses at once: events wait, so nothing is lost. */
export function usePauseSubscription(
  workspaceSlug: string,
  { id, endpointUrl }: Pick<EventSubscription, "id" | "endpointUrl">,
) {
  const update = useUpdateSubscription(workspaceSlug, id);

  async function pause(): Promise<void> {
    try {
      await update.mutateAsync({ status: "paused" });
      toast.success(`${endpointUrl} is paused. Its events wait until you resume it.`);
    } catch (error) {
      const title = mayHaveBeenDone(error)
        ? `${endpointUrl} may have been paused.`
        : `Couldn’t pause ${endpointUrl}.`;
      toast.error(title, { description: errorMessage(error) });
    }
  }

  return { pause, pending: update.isPending };
}
