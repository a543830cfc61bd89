import type { Metadata } from "next";
import { ProtectScreen } from "@/components/protect/protect-screen";
import { getPublicConfig, requirePageWorkspace } from "@/lib/server/auth/page-session";
import { databaseTime } from "@/lib/server/logs/database-time";
import { readRecipeSources } from "@/lib/server/read-recipe-sources";
import { runtime } from "@/lib/server/runtime";
import { Prefetched } from "../../page-queries";

export const metadata: Metadata = { title: "Protect an API" };

export default async function ProtectPage({ params }: { params: Promise<{ workspace: string }> }) {
  const { account, workspace } = await requirePageWorkspace((await params).workspace);
  const { projectRoot, env } = runtime();
  const [sources, openedAt] = await Promise.all([readRecipeSources(projectRoot), databaseTime()]);
  return (
    <Prefetched userId={account.userId} queries={[]}>
      <ProtectScreen
        workspace={workspace}
        sources={sources}
        keywardOrigin={getPublicConfig().apiBaseUrl}
        productName={env.productName}
        hasServiceToken={env.serviceTokens.length > 0}
        openedAt={openedAt.toISOString()}
      />
    </Prefetched>
  );
}
