import type { Metadata } from "next";
import { ApiKeyScreen } from "@/components/api-keys/api-key-screen";
import { requirePageWorkspace } from "@/lib/server/auth/page-session";

export const metadata: Metadata = { title: "API key" };

export default async function ApiKeyPage({
  params,
}: {
  params: Promise<{ workspace: string; keyId: string }>;
}) {
  const { workspace: slug, keyId } = await params;
  const { account, workspace } = await requirePageWorkspace(slug);
  return (
    <ApiKeyScreen
      workspaceSlug={workspace.slug}
      keyId={keyId}
      viewer={{ userId: account.userId, role: workspace.role }}
    />
  );
}
