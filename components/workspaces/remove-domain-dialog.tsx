"use client";

import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { failureMessage } from "@/lib/client/api-error";
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
    <ConfirmDialog
      title={`Remove ${domain}?`}
      description="Its people keep their membership and sign in as they like. To have it back, prove it again."
      action="Remove domain"
      pendingLabel="Removing…"
      pending={remove.isPending}
      failed={failureMessage(remove.error)}
      onConfirm={() => remove.mutate(id, { onSuccess: onRemoved })}
      onClose={onClose}
    />
  );
}
