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

/** Stands in the place of every page under API while API access is off, and says who can change that. */
export function ApiAccessOff({
  workspace,
  supportEmail,
}: {
  workspace: Workspace;
  supportEmail: string | null;
}) {
  const maySwitch = roleMay(workspace.role, "workspace.api_access") && workspace.apiAccessByAdmins;
  return (
    <>
      <PageHeader title="API">Keys let programs act in {workspace.name}.</PageHeader>
      <Card flush>
        <EmptyState
          title="API access is off for this workspace"
          picture={<KeyRound />}
          action={
            maySwitch && (
              <Link
                href={`/${workspace.slug}/settings/workspace`}
                className={buttonStyle({ variant: "primary" })}
              >
                Go to API access
              </Link>
            )
          }
        >
          {maySwitch ? (
            "Switch it on in the workspace's settings, and members can make API keys."
          ) : workspace.apiAccessByAdmins ? (
            <>
              An admin can switch it on. <AdminsToAsk admins={workspace.admins} />
            </>
          ) : (
            <OperatorToAsk supportEmail={supportEmail} />
          )}
        </EmptyState>
      </Card>
    </>
  );
}
