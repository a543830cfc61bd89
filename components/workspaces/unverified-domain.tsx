"use client";

import { Alert } from "@/components/ui/alert";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { CopyField } from "@/components/ui/copy-field";
import { errorMessage, wasNotConfirmed } from "@/lib/client/api-client";
import { useRemoveDomain, useVerifyDomain } from "@/lib/client/use-domains";
import type { WorkspaceDomain } from "@/lib/contracts/single-sign-on";

export function UnverifiedDomain({
  workspaceSlug,
  domain: { id, domain, record },
  onGone,
}: {
  workspaceSlug: string;
  domain: WorkspaceDomain;
  /** The domain was verified or removed, and the pressed button with it. */
  onGone: () => void;
}) {
  const verify = useVerifyDomain(workspaceSlug);
  const remove = useRemoveDomain(workspaceSlug);
  const error = verify.error ?? remove.error;

  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h3 className="min-w-0 break-all font-medium">{domain}</h3>
        <Badge tone="warn">Not verified</Badge>
      </div>
      <p className="text-muted">Add this TXT record to the DNS of {domain}, then verify it.</p>
      <CopyField label="Record name" value={record.name} />
      <CopyField label="Record value" value={record.value} />
      {error && !wasNotConfirmed(error) && <Alert>{errorMessage(error)}</Alert>}
      <div className="flex flex-wrap gap-2">
        <Button
          variant="primary"
          pending={verify.isPending}
          pendingLabel="Verifying…"
          onClick={() => verify.mutate(id, { onSuccess: onGone })}
        >
          Verify
        </Button>
        <Button
          pending={remove.isPending}
          pendingLabel="Removing…"
          aria-label={`Remove ${domain}`}
          onClick={() => remove.mutate(id, { onSuccess: onGone })}
        >
          Remove
        </Button>
      </div>
    </div>
  );
}
