"use client";

import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { subscriptionQuery } from "@/lib/client/queries/event-subscriptions";
import { usePoll } from "@/lib/client/use-poll";
import { type EventSubscription, mostCountedWaiting } from "@/lib/contracts/event-subscriptions";
import { number } from "./replay-range";

const pollMs = 1_500;

/** How far a replay is: what waits at the subscription becomes less. */
export function ReplayProgress({
  workspaceSlug,
  subscription: { id },
  total,
  onClose,
}: {
  workspaceSlug: string;
  subscription: EventSubscription;
  total: number;
  onClose: () => void;
}) {
  const { data, trouble } = usePoll<EventSubscription>({
    ...subscriptionQuery(workspaceSlug, id),
    // Of its own: what the page knows is from before the replay.
    queryKey: ["workspaces", workspaceSlug, "replay-progress", id],
    gcTime: 0,
    refetchInterval: pollMs,
  });
  const waiting = data?.waiting ?? total;
  const isCounted = waiting < mostCountedWaiting;
  const sent = isCounted ? Math.max(0, total - waiting) : 0;
  const isDone = data !== undefined && waiting === 0;

  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={isDone ? "Replay finished" : "Replaying"}
      description={isDone ? undefined : "You can close this. Sending continues."}
      footer={
        <Button variant="primary" onClick={onClose} className="min-w-20">
          Close
        </Button>
      }
    >
      <div className="grid gap-3">
        {/* Without a value while it isn't known how many wait. */}
        <progress
          aria-label="Replayed events"
          max={total}
          value={isCounted ? sent : undefined}
          className="h-1.5 w-full appearance-none overflow-hidden rounded-full bg-sunken [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-ok [&::-moz-progress-bar]:bg-ok"
        />
        <p role="status" className="tabular-nums">
          {trouble ? "Can’t see how far it is right now." : progressText({ total, sent, waiting, isDone })}
        </p>
        {data?.failingSince && data.lastError && (
          <Alert tone="warn" title="The endpoint is failing">
            {data.lastError} Every event is tried again for 24 hours.
          </Alert>
        )}
      </div>
    </Dialog>
  );
}

function progressText(now: { total: number; sent: number; waiting: number; isDone: boolean }): string {
  if (now.isDone)
    return now.total === 1 ? "The event has been sent." : `All ${number(now.total)} events have been sent.`;
  if (now.waiting >= mostCountedWaiting)
    return `More than ${number(mostCountedWaiting)} events wait to be sent.`;
  return `${number(now.sent)} of ${number(now.total)} sent`;
}
