"use client";

import { clsx } from "clsx";
import { KeyFilter } from "@/components/access-logs/key-filter";
import { Card } from "@/components/ui/card";
import { ErrorState } from "@/components/ui/error-state";
import { PageHeader } from "@/components/ui/page-header";
import { Section } from "@/components/ui/section";
import { Skeleton } from "@/components/ui/skeleton";
import { errorMessage } from "@/lib/client/api-error";
import { useUrlFilters } from "@/lib/client/use-url-filters";
import { useUsage } from "@/lib/client/use-usage";
import { roleMay } from "@/lib/contracts/permissions";
import type { Workspace } from "@/lib/contracts/workspaces";
import { QuotaList } from "./quota-list";
import { readUsageFilters } from "./read-usage-filters";
import { RequestUsage } from "./request-usage";

export function UsageScreen({ workspace }: { workspace: Workspace }) {
  const { search, setFilters } = useUrlFilters<"key">();
  const query = readUsageFilters(search);
  const usage = useUsage(workspace.slug, query);
  const readsAll = roleMay(workspace.role, "access_log.read_all");

  return (
    <>
      <PageHeader title="Usage">
        {readsAll
          ? "Requests made with this workspace’s API keys, and what’s left of its quotas."
          : "Requests made with your API keys, and what’s left of the quotas they share."}
      </PageHeader>
      <search className="mb-4 grid sm:w-64">
        <KeyFilter
          workspaceSlug={workspace.slug}
          keyId={query.key ?? ""}
          onKeyId={(key) => setFilters({ key })}
        />
      </search>
      {usage.isError && !usage.data ? (
        <Card flush>
          <ErrorState
            title="Couldn’t load usage"
            onRetry={() => void usage.refetch()}
            retrying={usage.isFetching}
          >
            {errorMessage(usage.error)}
          </ErrorState>
        </Card>
      ) : (
        <div
          aria-busy={usage.isPending || usage.isPlaceholderData}
          className={clsx(
            "grid gap-6 transition-opacity duration-150",
            usage.isPlaceholderData && "opacity-60",
          )}
        >
          <Section title="Requests" description="The last 30 days, by UTC day.">
            <RequestUsage usage={usage.data} isSingleKey={query.key !== undefined} />
          </Section>
          <Section title="Quotas" flush>
            {usage.data ? (
              <QuotaList workspaceSlug={workspace.slug} quotas={usage.data.quotas} now={usage.data.now} />
            ) : (
              <div className="px-5 pb-5">
                <Skeleton className="h-14 w-full" />
              </div>
            )}
          </Section>
        </div>
      )}
    </>
  );
}
