import type { Metadata } from "next";
import { ApiKeyScreen } from "@/components/api-keys/api-key-screen";
import { accessLogQuery } from "@/lib/client/queries/access-logs";
import { apiKeyActivityQuery } from "@/lib/client/queries/api-key-activity";
import { apiKeyQuery } from "@/lib/client/queries/api-keys";
import { getPublicConfig, requirePageWorkspace } from "@/lib/server/auth/page-session";
import { readAccessLog, readApiKey, readApiKeyActivity } from "@/lib/server/http/member-reads";
import { readAsMember } from "@/lib/server/http/with-member";
import { Prefetched, pageListQuery, pageQuery } from "../../../page-queries";
import { OpenLeaks } from "../open-leaks";

export const metadata: Metadata = { title: "API key" };

export default async function ApiKeyPage({
  params,
}: {
  params: Promise<{ workspace: string; keyId: string }>;
}) {
  const { workspace: slug, keyId } = await params;
  const page = await requirePageWorkspace(slug);
  const { account, workspace } = page;
  const { apiBaseUrl, productName } = getPublicConfig();
  const limit = 10;
  return (
    <>
      <OpenLeaks page={page} workspaceSlug={workspace.slug} shownKeyId={keyId} />
      <Prefetched
        userId={account.userId}
        queries={[
          pageQuery(apiKeyQuery(workspace.slug, keyId), () => readAsMember(page, readApiKey, {}, { keyId })),
          pageQuery(apiKeyActivityQuery(workspace.slug, keyId), () =>
            readAsMember(page, readApiKeyActivity, {}, { keyId }),
          ),
          pageListQuery(accessLogQuery(workspace.slug, { key: keyId }, { limit }), () =>
            readAsMember(page, readAccessLog, { key: keyId, limit: String(limit) }),
          ),
        ]}
      >
        <ApiKeyScreen
          workspaceSlug={workspace.slug}
          keyId={keyId}
          viewer={{ userId: account.userId, role: workspace.role }}
          program={{ apiBaseUrl, productName }}
        />
      </Prefetched>
    </>
  );
}
