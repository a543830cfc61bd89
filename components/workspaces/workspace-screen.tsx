"use client";

import { PageHeader } from "@/components/ui/page-header";
import { useWorkspace } from "@/lib/client/use-workspace";
import { roleMay } from "@/lib/contracts/permissions";
import type { Workspace } from "@/lib/contracts/workspaces";
import { ApiAccessSection } from "./api-access-section";
import { DeleteWorkspaceSection } from "./delete-workspace-section";
import { RequireTwoStepSection } from "./require-two-step-section";
import { SingleSignOnSection } from "./single-sign-on-section";
import { WorkspaceDetails } from "./workspace-details";
import { WorkspaceForm } from "./workspace-form";

export function WorkspaceScreen({
  workspace: initial,
  supportEmail,
}: {
  workspace: Workspace;
  supportEmail: string | null;
}) {
  const { data: workspace } = useWorkspace(initial);
  return (
    <div className="max-w-140">
      <PageHeader title="Workspace">
        The name of {workspace.name}, and how people and programs get access.
      </PageHeader>
      <div className="grid gap-6">
        {roleMay(workspace.role, "workspace.update") ? (
          <WorkspaceForm workspace={workspace} />
        ) : (
          <WorkspaceDetails workspace={workspace} />
        )}
        <ApiAccessSection workspace={workspace} supportEmail={supportEmail} />
        <RequireTwoStepSection workspace={workspace} />
        {roleMay(workspace.role, "workspace.single_sign_on") && (
          <SingleSignOnSection workspaceSlug={workspace.slug} />
        )}
        {roleMay(workspace.role, "workspace.delete") && <DeleteWorkspaceSection workspace={workspace} />}
      </div>
    </div>
  );
}
