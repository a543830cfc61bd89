import type { EventSubscription } from "@/lib/contracts/event-subscriptions";

/** What every dialog about one subscription gets. */
export type SubscriptionDialogProps = {
  workspaceSlug: string;
  subscription: EventSubscription;
  onClose: () => void;
};
