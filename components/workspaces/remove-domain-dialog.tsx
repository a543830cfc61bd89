"use client";

import { ConfirmDialog } from "@/components/forms/confirm-dialog";
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
      doing={`Removing ${domain}`}
      onConfirm={() => remove.mutateAsync(id)}
      onDone={onRemoved}
      onClose={onClose}
    />
  );
}
