"use client";

import { clsx } from "clsx";
import { KeyFilter } from "@/components/filters/key-filter";
import { ErrorState } from "@/components/ui/error-state";
import { PageHeader } from "@/components/ui/page-header";
import { Section } from "@/components/ui/section";
import { Skeleton } from "@/components/ui/skeleton";
import { errorMessage } from "@/lib/client/api-error";
import { useUrlFilters } from "@/lib/client/use-url-filters";
import { useQuotas } from "@/lib/client/use-usage";
import { roleMay } from "@/lib/contracts/permissions";
import type { Workspace } from "@/lib/contracts/workspaces";
import { lateParts } from "./late-parts";
import { QuotaList } from "./quota-list";
import { readUsageFilters } from "./read-usage-filters";

const RequestUsage = lateParts.component("RequestUsage");

export function UsageScreen({ workspace }: { workspace: Workspace }) {
  const { search, setFilters } = useUrlFilters<"key">();
  const { key } = readUsageFilters(search);
  const quotas = useQuotas(workspace.slug, { key });
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
          keyId={key ?? ""}
          onKeyId={(keyId) => setFilters({ key: keyId })}
        />
      </search>
      <div className="grid gap-6">
        <Section title="Requests">
          <div className="min-h-96">
            <RequestUsage workspaceSlug={workspace.slug} />
          </div>
        </Section>
        <Section title="Quotas" flush>
          {quotas.isError && !quotas.data ? (
            <ErrorState
              title="Couldn’t load quotas"
              onRetry={() => void quotas.refetch()}
              retrying={quotas.isFetching}
            >
              {errorMessage(quotas.error)}
            </ErrorState>
          ) : quotas.data ? (
            <div
              aria-busy={quotas.isPlaceholderData}
              className={clsx("transition-opacity duration-150", quotas.isPlaceholderData && "opacity-60")}
            >
              <QuotaList workspaceSlug={workspace.slug} quotas={quotas.data.quotas} now={quotas.data.now} />
            </div>
          ) : (
            <div className="px-5 pb-5">
              <Skeleton className="h-14 w-full" />
            </div>
          )}
        </Section>
      </div>
    </>
  );
}
