"use client";

import { Alert } from "@/components/ui/alert";
import { Card } from "@/components/ui/card";
import { Switch } from "@/components/ui/switch";
import { errorMessage, wasNotConfirmed } from "@/lib/client/api-client";
import { useSetRequireTwoStep } from "@/lib/client/use-workspace";
import { roleMay } from "@/lib/contracts/permissions";
import type { Workspace } from "@/lib/contracts/workspaces";
import { AdminsToAsk } from "./admins-to-ask";

export function RequireTwoStepSection({ workspace }: { workspace: Workspace }) {
  const setRequired = useSetRequireTwoStep(workspace.slug);
  const mayMove = roleMay(workspace.role, "workspace.require_two_step");

  return (
    <Card>
      <div className="grid gap-4">
        <Switch
          label="Require two-step verification"
          hint={
            workspace.requireTwoStep
              ? "Members without a second step see nothing here until they have set one up. API keys go on working."
              : "Off: a password alone opens this workspace. On, members without a second step are led to set one up."
          }
          // Shown where it is going, unless that fails.
          checked={setRequired.isPending ? setRequired.variables : workspace.requireTwoStep}
          pending={setRequired.isPending}
          disabled={!mayMove}
          onCheckedChange={(required) => setRequired.mutate(required)}
        />
        {setRequired.error && !wasNotConfirmed(setRequired.error) && (
          <Alert>{errorMessage(setRequired.error)}</Alert>
        )}
        {!mayMove && (
          <p className="text-muted">
            An admin can switch this. <AdminsToAsk admins={workspace.admins} />
          </p>
        )}
      </div>
    </Card>
  );
}
