"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { useSubmit } from "@/components/forms/use-submit";
import { Alert } from "@/components/ui/alert";
import { Card } from "@/components/ui/card";
import { Switch } from "@/components/ui/switch";
import { toast } from "@/components/ui/toast";
import { useSetApiAccess } from "@/lib/client/use-workspace";
import { roleMay } from "@/lib/contracts/permissions";
import type { Workspace } from "@/lib/contracts/workspaces";
import { AdminsToAsk } from "./admins-to-ask";
import { OperatorToAsk } from "./operator-to-ask";
import { TurnOffApiAccessDialog } from "./turn-off-api-access-dialog";

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
  // The pages under API are drawn by the server, which must hear of it too.
  const form = useSubmit(setApiAccess.mutateAsync, {
    doing: "Turning on API access",
    onSuccess: () => router.refresh(),
  });
  const isAdmin = roleMay(workspace.role, "workspace.api_access");
  const mayMove = isAdmin && workspace.apiAccessByAdmins;

  function noteOff() {
    router.refresh();
    toast.success("API access is off. Every key of this workspace is refused.", {
      action: { label: "Undo", onClick: () => void form.submit(true) },
      duration: 30_000,
    });
  }

  return (
    <Card>
      <div className="grid gap-4">
        <Switch
          label="API access"
          hint={
            workspace.apiAccess
              ? "Members make API keys, and programs act with them. Off, every key of this workspace is refused at once; none is lost."
              : "Off: nobody makes API keys here, and every key of this workspace is refused. On, members can make keys for their programs."
          }
          // Shown as on while it is being turned on; it is turned off by the dialog.
          checked={form.pending || workspace.apiAccess}
          pending={form.pending}
          disabled={!mayMove}
          onCheckedChange={(enabled) => (enabled ? void form.submit(true) : setAsking(true))}
        />
        {form.failure && <Alert>{form.failure}</Alert>}
        {!mayMove && (
          <p className="text-muted">
            {!workspace.apiAccessByAdmins ? (
              <OperatorToAsk supportEmail={supportEmail} />
            ) : (
              <>
                An admin can switch this. <AdminsToAsk admins={workspace.admins} />
              </>
            )}
          </p>
        )}
      </div>
      {asking && (
        <TurnOffApiAccessDialog workspace={workspace} onOff={noteOff} onClose={() => setAsking(false)} />
      )}
    </Card>
  );
}
