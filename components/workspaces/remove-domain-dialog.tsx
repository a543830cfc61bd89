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
      description="Its people stay members and can sign in any way. To add it back, you’ll have to verify it again."
      action="Remove domain"
      pendingLabel="Removing…"
      doing={`Removing ${domain}`}
      onConfirm={() => remove.mutateAsync(id)}
      onDone={onRemoved}
      onClose={onClose}
    />
  );
}
