"use client";

import { TypedConfirmDialog } from "@/components/forms/typed-confirm-dialog";
import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";
import { useDeleteSubscription } from "@/lib/client/change-event-subscriptions";
import { eventCount, sentenceCase } from "./health-words";
import type { SubscriptionDialogProps } from "./subscription-dialog-props";
import { usePauseSubscription } from "./use-pause-subscription";

export function DeleteSubscriptionDialog({
  workspaceSlug,
  subscription,
  onDeleted,
  onClose,
}: SubscriptionDialogProps & { onDeleted: () => void }) {
  const { id, endpointUrl, waiting, status } = subscription;
  const remove = useDeleteSubscription(workspaceSlug, id);
  const { pause } = usePauseSubscription(workspaceSlug, subscription);

  function pauseInstead() {
    onClose();
    void pause();
  }

  return (
    <TypedConfirmDialog
      size="small"
      title="Delete this subscription?"
      description={<span className="wrap-anywhere">{endpointUrl}</span>}
      expected={null}
      label=""
      aside={
        status === "active" && (
          <Button variant="ghost" onClick={pauseInstead} className="sm:mr-auto sm:-ml-3.5">
            Pause instead
          </Button>
        )
      }
      action="Delete"
      pendingLabel="Deleting…"
      onConfirm={() => remove.mutateAsync()}
      doing={`Deleting ${endpointUrl}`}
      onSuccess={() => toast.success(`The subscription for ${endpointUrl} is deleted.`)}
      onDone={onDeleted}
      onClose={onClose}
    >
      <ul className="grid list-disc gap-1 pl-4 text-muted">
        <li>The endpoint gets no more events.</li>
        {waiting > 0 && (
          <li>
            {sentenceCase(eventCount(waiting))} that {waiting === 1 ? "waits" : "wait"} for it will never be
            sent.
          </li>
        )}
        <li>Its deliveries, with every attempt and answer, are deleted.</li>
        <li>Its signing secret is deleted.</li>
      </ul>
      <p>You can’t undo this.</p>
    </TypedConfirmDialog>
  );
}
