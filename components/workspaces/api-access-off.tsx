import { KeyRound } from "lucide-react";
import Link from "next/link";
import { buttonStyle } from "@/components/ui/button-style";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { roleMay } from "@/lib/contracts/permissions";
import type { Workspace } from "@/lib/contracts/workspaces";
import { AdminsToAsk } from "./admins-to-ask";
import { OperatorToAsk } from "./operator-to-ask";

/** Replaces the API pages while API access is off, and says who can turn it on. */
export function ApiAccessOff({
  workspace,
  supportEmail,
}: {
  workspace: Workspace;
  supportEmail: string | null;
}) {
  const canTurnOn = roleMay(workspace.role, "workspace.api_access") && workspace.apiAccessByAdmins;
  return (
    <>
      <PageHeader title="API">API keys let programs access {workspace.name}.</PageHeader>
      <Card flush>
        <EmptyState
          title="API access is off for this workspace"
          picture={<KeyRound />}
          action={
            canTurnOn && (
              <Link
                href={`/${workspace.slug}/settings/workspace`}
                className={buttonStyle({ variant: "primary" })}
              >
                Go to API access
              </Link>
            )
          }
        >
          {canTurnOn ? (
            "Turn it on in the workspace settings to let members create API keys."
          ) : workspace.apiAccessByAdmins ? (
            <>
              An admin can turn it on. <AdminsToAsk admins={workspace.admins} />
            </>
          ) : (
            <OperatorToAsk supportEmail={supportEmail} />
          )}
        </EmptyState>
      </Card>
    </>
  );
}
