import type { Metadata } from "next";
import { WorkspaceScreen } from "@/components/workspaces/workspace-screen";
import { getPublicConfig, requirePageWorkspace } from "@/lib/server/auth/page-session";

export const metadata: Metadata = { title: "Workspace" };

export default async function WorkspacePage({ params }: { params: Promise<{ workspace: string }> }) {
  const { workspace } = await requirePageWorkspace((await params).workspace);
  const { supportEmail } = getPublicConfig();
  return <WorkspaceScreen key={workspace.slug} workspace={workspace} supportEmail={supportEmail} />;
}
