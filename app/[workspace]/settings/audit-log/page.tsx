import type { Metadata } from "next";
import { AuditLogScreen } from "@/components/audit-log/audit-log-screen";
import { readAuditLogFilters } from "@/components/audit-log/read-audit-log-filters";
import { auditEventListQuery } from "@/lib/client/queries/audit-events";
import { requirePageWorkspace } from "@/lib/server/auth/page-session";
import { readAuditEvents } from "@/lib/server/http/member-reads";
import { readAsMember } from "@/lib/server/http/with-member";
import { Prefetched, pageListQuery } from "../page-queries";
import { pageSearch, type SearchParams } from "../page-search";

export const metadata: Metadata = { title: "Audit log" };

type Props = { params: Promise<{ workspace: string }>; searchParams: SearchParams };

export default async function AuditLogPage({ params, searchParams }: Props) {
  const page = await requirePageWorkspace((await params).workspace);
  const { account, workspace } = page;
  const { query } = readAuditLogFilters(await pageSearch(searchParams));
  return (
    <Prefetched
      userId={account.userId}
      queries={[
        pageListQuery(auditEventListQuery(workspace.slug, query), () =>
          readAsMember(page, readAuditEvents, query),
        ),
      ]}
    >
      <AuditLogScreen workspace={workspace} />
    </Prefetched>
  );
}
