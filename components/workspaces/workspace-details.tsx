import { Section } from "@/components/ui/section";
import type { Workspace } from "@/lib/contracts/workspaces";
import { AdminsToAsk } from "./admins-to-ask";

/** WorkspaceForm for members who can't change it. */
export function WorkspaceDetails({ workspace }: { workspace: Workspace }) {
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
