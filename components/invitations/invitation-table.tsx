"use client";

import { Ellipsis, MailPlus, Send, Undo2 } from "lucide-react";
import { DataTable } from "@/components/ui/data-table";
import type { Column } from "@/components/ui/data-table-column";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { IconButton } from "@/components/ui/icon-button";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { RelativeTime } from "@/components/ui/relative-time";
import { toast } from "@/components/ui/toast";
import { errorMessage, wasNotConfirmed } from "@/lib/client/api-client";
import { useInvitations, useSendInvitation, useWithdrawInvitation } from "@/lib/client/use-invitations";
import type { InvitationView } from "@/lib/contracts/invitations";
import { type Role, roleLabels, roleMay } from "@/lib/contracts/permissions";

export function InvitationTable({
  workspaceSlug,
  viewerRole,
  onLink,
}: {
  workspaceSlug: string;
  viewerRole: Role;
  onLink: (email: string, link: string) => void;
}) {
  const invitations = useInvitations(workspaceSlug);
  return (
    <DataTable
      label="Invitations"
      columns={columns}
      rows={invitations.data}
      rowKey={(invitation) => invitation.id}
      rowActions={(invitation) =>
        (invitation.role !== "owner" || roleMay(viewerRole, "member.manage_owners")) && (
          <InvitationMenu workspaceSlug={workspaceSlug} invitation={invitation} onLink={onLink} />
        )
      }
      skeletonRows={1}
      empty={<EmptyState picture={<MailPlus />} title="No pending invitations." />}
      error={
        invitations.error &&
        !invitations.data && (
          <ErrorState
            title="Couldn’t load invitations"
            onRetry={() => void invitations.refetch()}
            retrying={invitations.isFetching}
          >
            {errorMessage(invitations.error)}
          </ErrorState>
        )
      }
    />
  );
}

const columns: Column<InvitationView>[] = [
  {
    id: "email",
    header: "Email",
    cell: (invitation) => <span className="break-all font-medium">{invitation.email}</span>,
    secondLine: (invitation) => invitation.invitedBy && `Invited by ${invitation.invitedBy}`,
  },
  { id: "role", header: "Role", cell: (invitation) => roleLabels[invitation.role] },
  {
    id: "sent",
    header: "Sent",
    width: "w-36",
    hideBelow: "rail",
    cell: (invitation) => <RelativeTime at={invitation.sentAt} />,
  },
  {
    id: "expires",
    header: "Expires",
    width: "w-36",
    cell: (invitation) => <RelativeTime at={invitation.expiresAt} />,
  },
];

function InvitationMenu({
  workspaceSlug,
  invitation: { id, email },
  onLink,
}: {
  workspaceSlug: string;
  invitation: InvitationView;
  onLink: (email: string, link: string) => void;
}) {
  const { resend } = useSendInvitation(workspaceSlug);
  const withdraw = useWithdrawInvitation(workspaceSlug);

  async function sendAgain() {
    try {
      const { link } = await resend(id);
      if (link) onLink(email, link);
      else toast.success(`A new invitation is on its way to ${email}. The previous link no longer works.`);
    } catch (error) {
      if (!wasNotConfirmed(error))
        toast.error(`Couldn’t resend the invitation to ${email}.`, { description: errorMessage(error) });
    }
  }

  return (
    <Menu
      trigger={
        <IconButton label={`Actions for ${email}`} aria-busy={withdraw.isPending}>
          <Ellipsis aria-hidden />
        </IconButton>
      }
    >
      <MenuItem icon={<Send aria-hidden />} onSelect={() => void sendAgain()}>
        Resend
      </MenuItem>
      <MenuSeparator />
      <MenuItem
        icon={<Undo2 aria-hidden />}
        tone="bad"
        onSelect={() =>
          withdraw.mutate(id, {
            onSuccess: () => toast.success(`The invitation to ${email} was withdrawn.`),
            onError: (error) =>
              toast.error(`Couldn’t withdraw the invitation to ${email}.`, {
                description: errorMessage(error),
              }),
          })
        }
      >
        Withdraw
      </MenuItem>
    </Menu>
  );
}
