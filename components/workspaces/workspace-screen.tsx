"use client";

import { DeleteSection } from "@/components/forms/delete-section";
import { loadOnUse } from "@/components/ui/load-on-use";
import { PageHeader } from "@/components/ui/page-header";
import { Section } from "@/components/ui/section";
import { useWorkspace } from "@/lib/client/use-workspace";
import { roleMay } from "@/lib/contracts/permissions";
import type { Workspace } from "@/lib/contracts/workspaces";
import { AdminsToAsk } from "./admins-to-ask";
import { ApiAccessSection } from "./api-access-section";
import { KeyPolicySection } from "./key-policy-section";
import { RequireTwoStepSection } from "./require-two-step-section";
import { SingleSignOnSection } from "./single-sign-on-section";
import { WorkspaceForm } from "./workspace-form";

const deletion = loadOnUse(() => import("./delete-workspace-dialog"));
const DeleteWorkspaceDialog = deletion.component("DeleteWorkspaceDialog");

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
        {roleMay(workspace.role, "workspace.key_policy") && <KeyPolicySection workspace={workspace} />}
        {roleMay(workspace.role, "workspace.delete") && (
          <DeleteSection
            title="Delete workspace"
            dialog={deletion}
            description="Deletes the workspace and its API keys for everyone in it. You can’t undo this."
          >
            {(close) => <DeleteWorkspaceDialog workspace={workspace} onClose={close} />}
          </DeleteSection>
        )}
      </div>
    </div>
  );
}

/** WorkspaceForm for members who can't change it. */
function WorkspaceDetails({ workspace }: { workspace: Workspace }) {
  return (
    <Section title="General">
      <dl className="grid gap-4">
        <div className="grid gap-0.5">
          <dt className="text-muted text-sm">Name</dt>
          <dd className="break-words">{workspace.name}</dd>
        </div>
        <div className="grid gap-0.5">
          <dt className="text-muted text-sm">Address</dt>
          <dd className="break-all font-mono text-sm">/{workspace.slug}/settings</dd>
        </div>
      </dl>
      <p className="mt-5 text-muted">
        Only admins can change this. <AdminsToAsk admins={workspace.admins} />
      </p>
    </Section>
  );
}
