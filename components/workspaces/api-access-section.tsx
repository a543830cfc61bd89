"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { useSubmit } from "@/components/forms/use-submit";
import { Alert } from "@/components/ui/alert";
import { Card } from "@/components/ui/card";
import { loadOnUse } from "@/components/ui/load-on-use";
import { Switch } from "@/components/ui/switch";
import { toast } from "@/components/ui/toast";
import { useSetApiAccess } from "@/lib/client/change-workspace";
import { roleMay } from "@/lib/contracts/permissions";
import type { Workspace } from "@/lib/contracts/workspaces";
import { AdminsToAsk } from "./admins-to-ask";
import { OperatorToAsk } from "./operator-to-ask";

const turningOff = loadOnUse(() => import("./turn-off-api-access-dialog"));
const TurnOffApiAccessDialog = turningOff.component("TurnOffApiAccessDialog");

export function ApiAccessSection({
  workspace,
  supportEmail,
}: {
  workspace: Workspace;
  supportEmail: string | null;
}) {
  const router = useRouter();
  const setApiAccess = useSetApiAccess(workspace.slug);
  const [asking, setAsking] = useState(false);
  // The server renders the API pages, so it must render them again.
  const form = useSubmit(setApiAccess.mutateAsync, {
    doing: "Turning on API access",
    onSuccess: () => router.refresh(),
  });
  const isAdmin = roleMay(workspace.role, "workspace.api_access");
  const canChange = isAdmin && workspace.apiAccessByAdmins;

  function handleTurnedOff() {
    router.refresh();
    toast.success("API access is off. Every API key of this workspace is blocked.", {
      action: { label: "Undo", onClick: () => void form.submit(true) },
      durationMs: 30_000,
    });
  }

  return (
    <Card>
      <div className="grid gap-4">
        <Switch
          label="API access"
          hint={
            workspace.apiAccess
              ? "Members can create API keys. Turning this off blocks every key immediately; turning it back on restores them."
              : "Members can’t create API keys, and every existing key is blocked. Turning this on lets members create keys and restores existing ones."
          }
          // Shown as on while it's being turned on. The dialog turns it off.
          checked={form.pending || workspace.apiAccess}
          pending={form.pending}
          disabled={!canChange}
          preload={turningOff.preload}
          onCheckedChange={(enabled) =>
            enabled ? void form.submit(true) : turningOff.whenLoaded(() => setAsking(true))
          }
        />
        {form.failure && <Alert>{form.failure}</Alert>}
        {!canChange && (
          <p className="text-muted">
            {!workspace.apiAccessByAdmins ? (
              <OperatorToAsk supportEmail={supportEmail} />
            ) : (
              <>
                Only admins can change this. <AdminsToAsk admins={workspace.admins} />
              </>
            )}
          </p>
        )}
      </div>
      {asking && (
        <TurnOffApiAccessDialog
          workspace={workspace}
          onOff={handleTurnedOff}
          onClose={() => setAsking(false)}
        />
      )}
    </Card>
  );
}
