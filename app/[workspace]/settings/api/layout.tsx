import type { ReactNode } from "react";
import { ApiAccessOff } from "@/components/workspaces/api-access-off";
import { getPublicConfig, requirePageWorkspace } from "@/lib/server/auth/page-session";
import { firstAnswer } from "../first-answer";

type Props = { children: ReactNode; params: Promise<{ workspace: string }> };

export default async function ApiLayout({ children, params }: Props) {
  const { workspace } = await requirePageWorkspace((await params).workspace);
  if (workspace.apiAccess) return children;
  firstAnswer().arrive();
  return <ApiAccessOff workspace={workspace} supportEmail={getPublicConfig().supportEmail} />;
}
