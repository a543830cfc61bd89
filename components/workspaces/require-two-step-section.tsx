"use client";

import { Alert } from "@/components/ui/alert";
import { Card } from "@/components/ui/card";
import { Switch } from "@/components/ui/switch";
import { errorMessage, wasNotConfirmed } from "@/lib/client/api-client";
import { useSetRequireTwoStep } from "@/lib/client/change-workspace";
import { roleMay } from "@/lib/contracts/permissions";
import type { Workspace } from "@/lib/contracts/workspaces";
import { AdminsToAsk } from "./admins-to-ask";

export function RequireTwoStepSection({ workspace }: { workspace: Workspace }) {
  const setRequired = useSetRequireTwoStep(workspace.slug);
  const canChange = roleMay(workspace.role, "workspace.require_two_step");

  return (
    <Card>
      <div className="grid gap-4">
        <Switch
          label="Require two-step verification"
          hint="Members must set up two-step verification before they can open this workspace. API keys keep working."
          // Shows the new state while it's being saved.
          checked={setRequired.isPending ? setRequired.variables : workspace.requireTwoStep}
          pending={setRequired.isPending}
          disabled={!canChange}
          onCheckedChange={(required) => setRequired.mutate(required)}
        />
        {setRequired.error && !wasNotConfirmed(setRequired.error) && (
          <Alert>{errorMessage(setRequired.error)}</Alert>
        )}
        {!canChange && (
          <p className="text-muted">
            Only admins can change this. <AdminsToAsk admins={workspace.admins} />
          </p>
        )}
      </div>
    </Card>
  );
}
