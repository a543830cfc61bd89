"use client";

import { useRouter } from "next/navigation";
import { Alert } from "@/components/ui/alert";
import { Card } from "@/components/ui/card";
import { Switch } from "@/components/ui/switch";
import { errorMessage, wasNotConfirmed } from "@/lib/client/api-client";
import { useSetApiAccess } from "@/lib/client/use-workspace";
import { roleMay } from "@/lib/contracts/permissions";
import type { Workspace } from "@/lib/contracts/workspaces";
import { AdminsToAsk } from "./admins-to-ask";

export function ApiAccessSection({
  workspace,
  supportEmail,
}: {
  workspace: Workspace;
  supportEmail: string | null;
}) {
  const router = useRouter();
  const setApiAccess = useSetApiAccess(workspace.slug);
  const isAdmin = roleMay(workspace.role, "workspace.api_access");
  const mayMove = isAdmin && workspace.apiAccessByAdmins;

  function move(enabled: boolean) {
    setApiAccess.mutate(enabled, {
      // The pages under API are drawn by the server, which must hear of it too.
      onSuccess: () => router.refresh(),
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
          // Shown where it is going, unless that fails.
          checked={setApiAccess.isPending ? setApiAccess.variables : workspace.apiAccess}
          pending={setApiAccess.isPending}
          disabled={!mayMove}
          onCheckedChange={move}
        />
        {setApiAccess.error && !wasNotConfirmed(setApiAccess.error) && (
          <Alert>{errorMessage(setApiAccess.error)}</Alert>
        )}
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
    </Card>
  );
}

export function OperatorToAsk({ supportEmail }: { supportEmail: string | null }) {
  if (!supportEmail) return "Whoever runs this service switches API access for a workspace.";
  return (
    <>
      Whoever runs this service switches API access for a workspace: write to{" "}
      <a href={`mailto:${supportEmail}`} className="text-accent underline underline-offset-2">
        {supportEmail}
      </a>
      .
    </>
  );
}
