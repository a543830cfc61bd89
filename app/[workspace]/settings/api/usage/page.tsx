import type { Metadata } from "next";
import { readUsageFilters } from "@/components/usage/read-usage-filters";
import { UsageScreen } from "@/components/usage/usage-screen";
import { apiKeyQuery } from "@/lib/client/queries/api-keys";
import { quotasQuery, usageRequestsQuery } from "@/lib/client/queries/usage";
import { requirePageWorkspace } from "@/lib/server/auth/page-session";
import { readApiKey, readQuotas, readUsageRequests } from "@/lib/server/http/member-reads";
import { readAsMember } from "@/lib/server/http/with-member";
import { Prefetched, pageQuery } from "../../page-queries";
import { pageSearch, type SearchParams } from "../../page-search";

export const metadata: Metadata = { title: "Usage" };

type Props = { params: Promise<{ workspace: string }>; searchParams: SearchParams };

export default async function UsagePage({ params, searchParams }: Props) {
  const page = await requirePageWorkspace((await params).workspace);
  const { account, workspace } = page;
  const query = readUsageFilters(await pageSearch(searchParams));
  const keyId = query.key;
  const ofKey = { key: keyId };
  return (
    <Prefetched
      userId={account.userId}
      queries={[
        pageQuery(quotasQuery(workspace.slug, ofKey), () => readAsMember(page, readQuotas, ofKey)),
        pageQuery(usageRequestsQuery(workspace.slug, query), () =>
          readAsMember(page, readUsageRequests, query),
        ),
        ...(keyId
          ? [
              pageQuery(apiKeyQuery(workspace.slug, keyId), () =>
                readAsMember(page, readApiKey, {}, { keyId }),
              ),
            ]
          : []),
      ]}
    >
      <UsageScreen workspace={workspace} />
    </Prefetched>
  );
}
