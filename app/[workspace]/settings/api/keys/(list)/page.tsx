import type { Metadata } from "next";
import { ApiKeysScreen } from "@/components/api-keys/api-keys-screen";
import { KeyConcernCards } from "@/components/api-keys/key-concern-cards";
import { readApiKeyFilters } from "@/components/api-keys/read-api-key-filters";
import { seesOthersKeys } from "@/lib/client/may-change-key";
import { apiKeyListQuery } from "@/lib/client/queries/api-keys";
import { memberListQuery } from "@/lib/client/queries/workspace";
import { getPublicConfig, requirePageWorkspace } from "@/lib/server/auth/page-session";
import { readApiKeyList, readKeyConcerns, readMemberList } from "@/lib/server/http/member-reads";
import { readAsMember } from "@/lib/server/http/with-member";
import { Prefetched, pageListQuery, pageQuery } from "../../../page-queries";
import { pageSearch, type SearchParams } from "../../../page-search";
import { OpenLeaks } from "../open-leaks";

export const metadata: Metadata = { title: "API keys" };

type Props = { params: Promise<{ workspace: string }>; searchParams: SearchParams };

export default async function ApiKeysPage({ params, searchParams }: Props) {
  const page = await requirePageWorkspace((await params).workspace);
  const { account, workspace } = page;
  const { apiBaseUrl, productName } = getPublicConfig();
  const viewer = { userId: account.userId, role: workspace.role };
  const { query } = readApiKeyFilters(await pageSearch(searchParams), viewer);
  return (
    <>
      <OpenLeaks page={page} workspaceSlug={workspace.slug} />
      <Prefetched
        userId={account.userId}
        queries={[
          pageListQuery(apiKeyListQuery(workspace.slug, query), () =>
            readAsMember(page, readApiKeyList, query),
          ),
          ...(seesOthersKeys(viewer)
            ? [pageQuery(memberListQuery(workspace.slug), () => readAsMember(page, readMemberList))]
            : []),
        ]}
      >
        <ApiKeysScreen
          workspace={workspace}
          viewer={viewer}
          program={{ apiBaseUrl, productName }}
          concerns={
            <KeyConcernCards
              workspaceSlug={workspace.slug}
              readCounts={() => readAsMember(page, readKeyConcerns)}
            />
          }
        />
      </Prefetched>
    </>
  );
}
