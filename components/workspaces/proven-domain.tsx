"use client";

import { useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { Switch } from "@/components/ui/switch";
import { errorMessage, wasNotConfirmed } from "@/lib/client/api-client";
import { useChangeDomain } from "@/lib/client/use-domains";
import { roleLabels } from "@/lib/contracts/permissions";
import { joiningRoles, type WorkspaceDomain } from "@/lib/contracts/single-sign-on";
import type { ChangeDomainInput } from "@/lib/contracts/single-sign-on-input";
import { RemoveDomainDialog } from "./remove-domain-dialog";

const roleOptions = joiningRoles.map((role) => ({ value: role, label: roleLabels[role] }));

export function ProvenDomain({
  workspaceSlug,
  domain: { id, domain, requireSso, defaultRole },
  providerName,
  onRemoved,
}: {
  workspaceSlug: string;
  domain: WorkspaceDomain;
  /** Null where no OpenID provider is configured. */
  providerName: string | null;
  onRemoved: () => void;
}) {
  const change = useChangeDomain(workspaceSlug);
  const [removing, setRemoving] = useState(false);
  const going: ChangeDomainInput = change.isPending ? change.variables : {};

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
            ? "No OpenID provider is configured on this server. Its operator can do that."
            : requireSso
              ? `People with an address at ${domain} join, and open this workspace, by ${providerName} alone. Owners may come another way; API keys go on working.`
              : `Off: people with an address at ${domain} sign in as they like. On, they join and open this workspace by ${providerName} alone.`
        }
        // Shown where it is going, unless that fails.
        checked={going.requireSso ?? requireSso}
        pending={change.isPending}
        disabled={providerName === null && !requireSso}
        onCheckedChange={(required) => change.mutate({ id, requireSso: required })}
      />
      <div className="flex flex-wrap items-end justify-between gap-3">
        <div className="w-44">
          <Field label="Default role">
            <Select
              value={going.defaultRole ?? defaultRole}
              onValueChange={(role) => role !== defaultRole && change.mutate({ id, defaultRole: role })}
              options={roleOptions}
            />
          </Field>
        </div>
        <Button aria-label={`Remove ${domain}`} onClick={() => setRemoving(true)}>
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
