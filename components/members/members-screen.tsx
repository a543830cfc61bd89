"use client";

import { useRef, useState } from "react";
import { flushSync } from "react-dom";
import { InvitationTable } from "@/components/invitations/invitation-table";
import { Button } from "@/components/ui/button";
import { PageHeader } from "@/components/ui/page-header";
import { useMembers } from "@/lib/client/use-members";
import { useWorkspace } from "@/lib/client/use-workspace";
import { roleMay } from "@/lib/contracts/permissions";
import type { MemberView, Workspace } from "@/lib/contracts/workspaces";
import { memberDialogs } from "./load-dialogs";
import type { MemberDialogName } from "./member-menu";
import { MemberTable } from "./member-table";

const InvitationLinkDialog = memberDialogs.component("InvitationLinkDialog");
const InviteMemberDialog = memberDialogs.component("InviteMemberDialog");
const AddServiceMemberDialog = memberDialogs.component("AddServiceMemberDialog");
const ChangeRoleDialog = memberDialogs.component("ChangeRoleDialog");
const RemoveMemberDialog = memberDialogs.component("RemoveMemberDialog");
const RenameServiceMemberDialog = memberDialogs.component("RenameServiceMemberDialog");
const SuspendMemberDialog = memberDialogs.component("SuspendMemberDialog");

export function MembersScreen({ workspace: initial, userId }: { workspace: Workspace; userId: string }) {
  const { data: workspace } = useWorkspace(initial);
  const members = useMembers(workspace.slug);
  const inviteButton = useRef<HTMLButtonElement>(null);
  const [adding, setAdding] = useState<"person" | "service" | null>(null);
  const [handover, setHandover] = useState<{ email: string; link: string } | null>(null);
  const [dialog, setDialog] = useState<{ name: MemberDialogName; member: MemberView } | null>(null);
  const viewer = { userId, role: workspace.role };
  const manages = roleMay(workspace.role, "member.manage");
  const add = (what: "person" | "service") => memberDialogs.whenLoaded(() => setAdding(what));
  const onLink = (email: string, link: string) =>
    memberDialogs.whenLoaded(() => setHandover({ email, link }));

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
              <Button onClick={() => add("service")} {...memberDialogs.preloads}>
                Add service member
              </Button>
              <Button
                ref={inviteButton}
                variant="primary"
                onClick={() => add("person")}
                {...memberDialogs.preloads}
              >
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
        onDialog={(name, member) => memberDialogs.whenLoaded(() => setDialog({ name, member }))}
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
