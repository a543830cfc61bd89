import type { Metadata } from "next";
import { WorkspaceScreen } from "@/components/workspaces/workspace-screen";
import { domainListQuery } from "@/lib/client/queries/workspace";
import { roleMay } from "@/lib/contracts/permissions";
import { getPublicConfig, requirePageWorkspace } from "@/lib/server/auth/page-session";
import { readDomainList } from "@/lib/server/http/member-reads";
import { readAsMember } from "@/lib/server/http/with-member";
import { Prefetched, pageQuery } from "../page-queries";

export const metadata: Metadata = { title: "Workspace" };

export default async function WorkspacePage({ params }: { params: Promise<{ workspace: string }> }) {
  const page = await requirePageWorkspace((await params).workspace);
  const { account, workspace } = page;
  const { supportEmail } = getPublicConfig();
  return (
    <Prefetched
      userId={account.userId}
      queries={
        roleMay(workspace.role, "workspace.single_sign_on")
          ? [pageQuery(domainListQuery(workspace.slug), () => readAsMember(page, readDomainList))]
          : []
      }
    >
      <WorkspaceScreen key={workspace.slug} workspace={workspace} supportEmail={supportEmail} />
    </Prefetched>
  );
}
