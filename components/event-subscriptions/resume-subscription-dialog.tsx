"use client";

import { useState } from "react";
import { FormDialog } from "@/components/forms/form-dialog";
import { useSubmit } from "@/components/forms/use-submit";
import { Alert } from "@/components/ui/alert";
import { RadioGroup } from "@/components/ui/radio-group";
import { Skeleton } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import { useUpdateSubscription } from "@/lib/client/change-event-subscriptions";
import { useEventSubscription } from "@/lib/client/use-event-subscriptions";
import { eventCount, pauseSentence, sentenceCase } from "./health-words";
import type { SubscriptionDialogProps } from "./subscription-dialog-props";

/** Asks what happens to the events that were missed, then resumes. */
export function ResumeSubscriptionDialog({ workspaceSlug, subscription, onClose }: SubscriptionDialogProps) {
  const [choice, setChoice] = useState<"send" | "skip">("send");
  const { id, endpointUrl, lastError, pausedBecause } = subscription;
  // Events have been missed since the list was loaded.
  const current = useEventSubscription(workspaceSlug, id, { now: true });
  const waiting =
    current.isFetchedAfterMount || current.isError ? (current.data ?? subscription).waiting : null;
  const update = useUpdateSubscription(workspaceSlug, id);
  const form = useSubmit(() => update.mutateAsync({ status: "active", sendMissed: choice === "send" }), {
    doing: `Resuming ${endpointUrl}`,
    onSuccess: () => toast.success(`${endpointUrl} is resumed. ${outcome(choice, waiting ?? 0)}`),
    onDone: onClose,
  });
  const reason = pauseSentence(subscription);

  return (
    <FormDialog
      form={form}
      onSubmit={() => void form.submit()}
      onClose={onClose}
      draft={false}
      title="Resume this subscription?"
      description={<span className="wrap-anywhere">{endpointUrl}</span>}
      disabled={waiting === null}
      action="Resume"
      pendingLabel="Resuming…"
    >
      {reason && (
        <Alert tone="warn" title="It was paused automatically">
          <p>{reason}</p>
          {lastError && <p>Last error: {lastError}</p>}
          {(pausedBecause === "failing" || pausedBecause === "gone") && (
            <p>Make sure that it answers before you resume.</p>
          )}
        </Alert>
      )}
      {waiting === null ? (
        <Skeleton className="h-32" />
      ) : waiting === 0 ? (
        <p className="text-muted">No events were missed.</p>
      ) : (
        <RadioGroup
          label={`${sentenceCase(eventCount(waiting))} waiting`}
          value={choice}
          onValueChange={setChoice}
          options={[
            {
              value: "send",
              label: "Send what was missed",
              hint: "They are sent now, oldest first, along with new events.",
            },
            {
              value: "skip",
              label: "Skip what was missed",
              hint: "They stay in its deliveries as skipped. You can still send each of them again.",
            },
          ]}
        />
      )}
    </FormDialog>
  );
}

function outcome(choice: "send" | "skip", waiting: number): string {
  if (waiting === 0) return "No events were missed.";
  return choice === "send" ? `Sending ${eventCount(waiting)}.` : `Skipped ${eventCount(waiting)}.`;
}
