import type { Metadata } from "next";
import { AccessLogsScreen } from "@/components/access-logs/access-logs-screen";
import { readAccessLogFilters } from "@/components/access-logs/read-access-log-filters";
import { accessLogOverviewQuery, accessLogQuery } from "@/lib/client/queries/access-logs";
import { apiKeyQuery } from "@/lib/client/queries/api-keys";
import { roleMay } from "@/lib/contracts/permissions";
import { requirePageWorkspace } from "@/lib/server/auth/page-session";
import { readAccessLog, readAccessLogOverview, readApiKey } from "@/lib/server/http/member-reads";
import { readAsMember } from "@/lib/server/http/with-member";
import { Prefetched, pageListQuery, pageQuery } from "../../page-queries";
import { pageSearch, type SearchParams } from "../../page-search";

export const metadata: Metadata = { title: "Access logs" };

type Props = { params: Promise<{ workspace: string }>; searchParams: SearchParams };

export default async function AccessLogsPage({ params, searchParams }: Props) {
  const page = await requirePageWorkspace((await params).workspace);
  const { account, workspace } = page;
  const { filters, query } = readAccessLogFilters(await pageSearch(searchParams));
  const keyId = /[!,]/.test(filters.key) ? "" : filters.key;
  return (
    <Prefetched
      userId={account.userId}
      queries={[
        pageListQuery(accessLogQuery(workspace.slug, query), () =>
          readAsMember(page, readAccessLog, { ...query, limit: "50" }),
        ),
        pageQuery(accessLogOverviewQuery(workspace.slug, query), () =>
          readAsMember(page, readAccessLogOverview, query),
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
      <AccessLogsScreen workspace={workspace} readsAll={roleMay(workspace.role, "access_log.read_all")} />
    </Prefetched>
  );
}
