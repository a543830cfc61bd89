"use client";

import { useRef, useState } from "react";
import { flushSync } from "react-dom";
import { RenameDialog } from "@/components/forms/rename-dialog";
import { InvitationLinkDialog } from "@/components/invitations/invitation-link-dialog";
import { InvitationTable } from "@/components/invitations/invitation-table";
import { InviteMemberDialog } from "@/components/invitations/invite-member-dialog";
import { Button } from "@/components/ui/button";
import { PageHeader } from "@/components/ui/page-header";
import { useMembers, useRenameServiceMember } from "@/lib/client/use-members";
import { useWorkspace } from "@/lib/client/use-workspace";
import { roleMay } from "@/lib/contracts/permissions";
import type { MemberView, Workspace } from "@/lib/contracts/workspaces";
import { AddServiceMemberDialog } from "./add-service-member-dialog";
import { ChangeRoleDialog } from "./change-role-dialog";
import type { MemberDialogName } from "./member-menu";
import { MemberTable } from "./member-table";
import { RemoveMemberDialog } from "./remove-member-dialog";
import { SuspendMemberDialog } from "./suspend-member-dialog";

export function MembersScreen({ workspace: initial, userId }: { workspace: Workspace; userId: string }) {
  const { data: workspace } = useWorkspace(initial);
  const members = useMembers(workspace.slug);
  const inviteButton = useRef<HTMLButtonElement>(null);
  const [adding, setAdding] = useState<"person" | "service" | null>(null);
  const [handover, setHandover] = useState<{ email: string; link: string } | null>(null);
  const [dialog, setDialog] = useState<{ name: MemberDialogName; member: MemberView } | null>(null);
  const viewer = { userId, role: workspace.role };
  const manages = roleMay(workspace.role, "member.manage");
  const onLink = (email: string, link: string) => setHandover({ email, link });

  function handleRemoved() {
    flushSync(() => setDialog(null));
    // The button that opened the dialog is removed with its row.
    inviteButton.current?.focus();
  }

  return (
    <>
      <PageHeader
        title="Members"
        action={
          manages && (
            <div className="flex flex-wrap gap-2">
              <Button onClick={() => setAdding("service")}>Add service member</Button>
              <Button ref={inviteButton} variant="primary" onClick={() => setAdding("person")}>
                Invite member
              </Button>
            </div>
          )
        }
      >
        The people and services in {workspace.name}, their roles, and their active API keys.
      </PageHeader>
      <MemberTable
        workspaceSlug={workspace.slug}
        viewer={viewer}
        members={members}
        onDialog={(name, member) => setDialog({ name, member })}
      />
      {manages && (
        <section aria-labelledby="invitations" className="mt-8 grid gap-3">
          <h2 id="invitations" className="font-semibold text-lg">
            Invitations
          </h2>
          <InvitationTable workspaceSlug={workspace.slug} viewerRole={workspace.role} onLink={onLink} />
        </section>
      )}
      {adding === "person" && (
        <InviteMemberDialog
          workspace={workspace}
          viewerRole={workspace.role}
          members={members.data ?? []}
          onLink={onLink}
          onClose={() => setAdding(null)}
        />
      )}
      {adding === "service" && (
        <AddServiceMemberDialog workspaceSlug={workspace.slug} onClose={() => setAdding(null)} />
      )}
      {handover && <InvitationLinkDialog {...handover} onClose={() => setHandover(null)} />}
      {dialog?.name === "rename" && (
        <RenameServiceMemberDialog
          workspaceSlug={workspace.slug}
          member={dialog.member}
          onClose={() => setDialog(null)}
        />
      )}
      {dialog?.name === "role" && (
        <ChangeRoleDialog
          workspaceSlug={workspace.slug}
          viewer={viewer}
          member={dialog.member}
          onClose={() => setDialog(null)}
        />
      )}
      {dialog?.name === "suspend" && (
        <SuspendMemberDialog
          workspaceSlug={workspace.slug}
          member={dialog.member}
          onClose={() => setDialog(null)}
        />
      )}
      {dialog?.name === "remove" && (
        <RemoveMemberDialog
          workspace={workspace}
          userId={userId}
          member={dialog.member}
          members={members.data ?? []}
          onRemoved={handleRemoved}
          onClose={() => setDialog(null)}
        />
      )}
    </>
  );
}

function RenameServiceMemberDialog({
  workspaceSlug,
  member,
  onClose,
}: {
  workspaceSlug: string;
  member: MemberView;
  onClose: () => void;
}) {
  const rename = useRenameServiceMember(workspaceSlug);
  return (
    <RenameDialog
      name={member.name}
      hint="Its keys aren’t affected."
      onSave={(name) => rename.mutateAsync({ userId: member.userId, name })}
      onClose={onClose}
    />
  );
}
