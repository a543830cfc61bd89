"use client";

import { useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { loadOnUse } from "@/components/ui/load-on-use";
import { Select } from "@/components/ui/select";
import { Switch } from "@/components/ui/switch";
import { errorMessage, wasNotConfirmed } from "@/lib/client/api-client";
import { useChangeDomain } from "@/lib/client/use-domains";
import { roleLabels } from "@/lib/contracts/permissions";
import { joiningRoles, type WorkspaceDomain } from "@/lib/contracts/single-sign-on";
import type { ChangeDomainInput } from "@/lib/contracts/single-sign-on-input";

const removal = loadOnUse(() => import("./remove-domain-dialog"));
const RemoveDomainDialog = removal.component("RemoveDomainDialog");
const roleOptions = joiningRoles.map((role) => ({ value: role, label: roleLabels[role] }));

export function VerifiedDomain({
  workspaceSlug,
  domain: { id, domain, requireSso, defaultRole },
  providerName,
  onRemoved,
}: {
  workspaceSlug: string;
  domain: WorkspaceDomain;
  /** Null if no OpenID provider is configured. */
  providerName: string | null;
  onRemoved: () => void;
}) {
  const change = useChangeDomain(workspaceSlug);
  const [removing, setRemoving] = useState(false);
  const pendingChange: ChangeDomainInput = change.isPending ? change.variables : {};

  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h3 className="min-w-0 break-all font-medium">{domain}</h3>
        <Badge tone="ok">Verified</Badge>
      </div>
      <Switch
        label="Require single sign-on"
        hint={
          providerName === null
            ? "No OpenID provider is configured on this server. Ask its operator."
            : requireSso
              ? `People with an address at ${domain} must sign in with ${providerName} to join or open this workspace. Owners can still sign in another way, and API keys keep working.`
              : `People with an address at ${domain} can sign in any way. Turn this on to require ${providerName} for joining or opening this workspace.`
        }
        // Shows the new state while it's being saved.
        checked={pendingChange.requireSso ?? requireSso}
        pending={change.isPending}
        disabled={providerName === null && !requireSso}
        onCheckedChange={(required) => change.mutate({ id, requireSso: required })}
      />
      <div className="flex flex-wrap items-end justify-between gap-3">
        <div className="w-44">
          <Field label="Default role">
            <Select
              value={pendingChange.defaultRole ?? defaultRole}
              onValueChange={(role) => role !== defaultRole && change.mutate({ id, defaultRole: role })}
              options={roleOptions}
            />
          </Field>
        </div>
        <Button
          aria-label={`Remove ${domain}`}
          onClick={() => removal.whenLoaded(() => setRemoving(true))}
          {...removal.preloads}
        >
          Remove
        </Button>
      </div>
      {change.error && !wasNotConfirmed(change.error) && <Alert>{errorMessage(change.error)}</Alert>}
      {removing && (
        <RemoveDomainDialog
          workspaceSlug={workspaceSlug}
          id={id}
          domain={domain}
          onRemoved={onRemoved}
          onClose={() => setRemoving(false)}
        />
      )}
    </div>
  );
}
