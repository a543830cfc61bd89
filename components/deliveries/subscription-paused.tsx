import { eventCount, pauseSentence } from "@/components/event-subscriptions/health-words";
import { subscriptionDialog } from "@/components/event-subscriptions/load-dialogs";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import type { EventSubscription } from "@/lib/contracts/event-subscriptions";

/** Why nothing is sent, and the way out. */
export function SubscriptionPaused({
  subscription,
  onResume,
}: {
  subscription: EventSubscription;
  onResume: () => void;
}) {
  const { waiting, lastError } = subscription;
  const reason = pauseSentence(subscription);
  return (
    <Alert tone={reason ? "warn" : "neutral"} title="Nothing is sent while this subscription is paused">
      <p>
        {reason} {reason && lastError && `The last error: ${lastError}`}{" "}
        {waiting > 0
          ? `${eventCount(waiting)} ${waiting === 1 ? "waits" : "wait"} for it. When you resume it, choose whether to send them.`
          : "New events wait until it is resumed."}
      </p>
      <Button size="small" onClick={onResume} className="mt-2" {...subscriptionDialog.preloads}>
        Resume
      </Button>
    </Alert>
  );
}
