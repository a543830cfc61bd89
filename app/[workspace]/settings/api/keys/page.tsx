import type { Metadata } from "next";
import { ApiKeysScreen } from "@/components/api-keys/api-keys-screen";
import { getPublicConfig, requirePageWorkspace } from "@/lib/server/auth/page-session";

export const metadata: Metadata = { title: "API keys" };

export default async function ApiKeysPage({ params }: { params: Promise<{ workspace: string }> }) {
  const { account, workspace } = await requirePageWorkspace((await params).workspace);
  const { apiBaseUrl, productName } = getPublicConfig();
  return (
    <ApiKeysScreen
      workspace={workspace}
      viewer={{ userId: account.userId, role: workspace.role }}
      program={{ apiBaseUrl, productName }}
    />
  );
}
