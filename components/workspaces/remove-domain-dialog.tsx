"use client";

import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { errorMessage, wasNotConfirmed } from "@/lib/client/api-client";
import { useRemoveDomain } from "@/lib/client/use-domains";

export function RemoveDomainDialog({
  workspaceSlug,
  id,
  domain,
  onRemoved,
  onClose,
}: {
  workspaceSlug: string;
  id: string;
  domain: string;
  onRemoved: () => void;
  onClose: () => void;
}) {
  const remove = useRemoveDomain(workspaceSlug);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="small"
      title={`Remove ${domain}?`}
      description="Its people keep their membership and sign in as they like. To have it back, prove it again."
      onSubmit={() => !remove.isPending && remove.mutate(id, { onSuccess: onRemoved })}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="danger" pending={remove.isPending} pendingLabel="Removing…">
            Remove domain
          </Button>
        </>
      }
    >
      {remove.error && !wasNotConfirmed(remove.error) && <Alert>{errorMessage(remove.error)}</Alert>}
    </Dialog>
  );
}
