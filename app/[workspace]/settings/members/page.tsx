import type { Metadata } from "next";
import { MembersScreen } from "@/components/members/members-screen";
import { invitationListQuery, memberListQuery } from "@/lib/client/queries/workspace";
import { roleMay } from "@/lib/contracts/permissions";
import { requirePageWorkspace } from "@/lib/server/auth/page-session";
import { readInvitationList, readMemberList } from "@/lib/server/http/member-reads";
import { readAsMember } from "@/lib/server/http/with-member";
import { Prefetched, pageQuery } from "../page-queries";

export const metadata: Metadata = { title: "Members" };

export default async function MembersPage({ params }: { params: Promise<{ workspace: string }> }) {
  const page = await requirePageWorkspace((await params).workspace);
  const { account, workspace } = page;
  return (
    <Prefetched
      userId={account.userId}
      queries={[
        pageQuery(memberListQuery(workspace.slug), () => readAsMember(page, readMemberList)),
        ...(roleMay(workspace.role, "member.manage")
          ? [pageQuery(invitationListQuery(workspace.slug), () => readAsMember(page, readInvitationList))]
          : []),
      ]}
    >
      <MembersScreen key={workspace.slug} workspace={workspace} userId={account.userId} />
    </Prefetched>
  );
}
