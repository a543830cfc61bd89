"use client";

import { UserX } from "lucide-react";
import { Avatar } from "@/components/layout/avatar";
import { Badge } from "@/components/ui/badge";
import { DataTable } from "@/components/ui/data-table";
import type { Column } from "@/components/ui/data-table-column";
import { ErrorState } from "@/components/ui/error-state";
import { RelativeTime } from "@/components/ui/relative-time";
import { Tag } from "@/components/ui/tag";
import { errorMessage } from "@/lib/client/api-client";
import type { useMembers } from "@/lib/client/use-members";
import { type Role, roleLabels } from "@/lib/contracts/permissions";
import type { MemberView } from "@/lib/contracts/workspaces";
import { type MemberDialogName, MemberMenu } from "./member-menu";
import { memberActions } from "./member-rights";

export function MemberTable({
  workspaceSlug,
  viewer,
  members,
  onDialog,
}: {
  workspaceSlug: string;
  viewer: { userId: string; role: Role };
  members: ReturnType<typeof useMembers>;
  onDialog: (name: MemberDialogName, member: MemberView) => void;
}) {
  const count = members.data?.length;
  return (
    <DataTable
      label="Members"
      columns={memberColumns(viewer.userId)}
      rows={members.data}
      rowKey={(member) => member.userId}
      rowActions={(member) => {
        const may = memberActions(viewer, member);
        return (
          Object.values(may).some(Boolean) && (
            <MemberMenu workspaceSlug={workspaceSlug} member={member} may={may} onDialog={onDialog} />
          )
        );
      }}
      skeletonRows={3}
      error={
        members.error &&
        !members.data && (
          <ErrorState
            title="Couldn’t load members"
            onRetry={() => void members.refetch()}
            retrying={members.isFetching}
          >
            {errorMessage(members.error)}
          </ErrorState>
        )
      }
      footer={count !== undefined && (count === 1 ? "1 member" : `${count} members`)}
    />
  );
}

/** The identity the member joined with. The title has its subject, as a provider may use one name for several accounts. */
function SingleSignOn({ joinedBy }: { joinedBy: NonNullable<MemberView["joinedBySso"]> }) {
  const { domain, account, issuer, subject } = joinedBy;
  return (
    <span className="block break-all" title={issuer ? `${subject} at ${issuer}` : undefined}>
      {account ? `Single sign-on as ${account} (${domain})` : `Single sign-on, ${domain}`}
    </span>
  );
}

export function memberColumns(userId: string): Column<MemberView>[] {
  return [
    {
      id: "name",
      header: "Name",
      wide: true,
      cell: (member) => (
        <span className="flex flex-wrap items-center gap-x-2 sm:min-w-40">
          <Avatar person={member} size="small" />
          <span className="font-medium">{member.name}</span>
          {member.userId === userId && <Tag>You</Tag>}
          {member.email === null && <Tag>Service</Tag>}
        </span>
      ),
      secondLine: (member) =>
        member.email === null ? (
          "Owns API keys, can’t sign in"
        ) : (
          <>
            <span className="break-all">{member.email}</span>
            {member.joinedBySso && <SingleSignOn joinedBy={member.joinedBySso} />}
          </>
        ),
    },
    {
      id: "role",
      header: "Role",
      cell: (member) => (
        <span className="flex flex-wrap gap-x-3">
          {roleLabels[member.role]}
          {member.suspended && (
            <Badge tone="warn" icon={<UserX aria-hidden />}>
              Suspended
            </Badge>
          )}
        </span>
      ),
    },
    { id: "keys", header: "Active keys", align: "right", cell: (member) => member.activeKeys },
    {
      id: "since",
      header: "Joined",
      width: "w-40",
      cell: (member) => <RelativeTime at={member.createdAt} />,
    },
  ];
}
