"use client";

import { clsx } from "clsx";
import { ChartColumn } from "lucide-react";
import { FilterSelect } from "@/components/filters/filter-bar";
import { presetLabels } from "@/components/filters/range-picker";
import { count } from "@/components/quotas/quota-words";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { errorMessage } from "@/lib/client/api-error";
import { useUrlFilters } from "@/lib/client/use-url-filters";
import { useUsageRequests } from "@/lib/client/use-usage";
import { rangePresets } from "@/lib/contracts/log-range";
import { usageGroupings } from "@/lib/contracts/usage";
import { groupingLabels } from "./grouped-chart";
import { readUsageFilters, usualRange } from "./read-usage-filters";
import { UsageChart } from "./usage-chart";
import { UsageTable } from "./usage-table";

const groupings = usageGroupings.map((value) => ({ value, label: groupingLabels[value] }));
const ranges = rangePresets.map((value) => ({ value, label: presetLabels[value] }));

/** Requests over time by key, permission, route or code. */
export function RequestUsage({ workspaceSlug }: { workspaceSlug: string }) {
  const { search, setFilters } = useUrlFilters<"by" | "range">();
  const filters = readUsageFilters(search);
  const usage = useUsageRequests(workspaceSlug, filters);
  const total = usage.data?.total;
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="flex flex-wrap gap-x-6 gap-y-1 text-muted text-sm">
          {total && (
            <>
              <Total number={total.allowed} word="allowed" />
              <Total number={total.denied} word="denied" />
            </>
          )}
        </p>
        <div className="flex flex-wrap gap-2 max-sm:grid max-sm:w-full">
          <FilterSelect
            label="Group by"
            value={filters.by}
            options={groupings}
            onValueChange={(by) => setFilters({ by: by === "key" ? "" : by })}
          />
          <FilterSelect
            label="Time range"
            value={filters.range}
            options={ranges}
            onValueChange={(range) => setFilters({ range: range === usualRange ? "" : range })}
          />
        </div>
      </div>
      {usage.isError && !usage.data ? (
        <ErrorState
          title="Couldn’t load requests"
          onRetry={() => void usage.refetch()}
          retrying={usage.isFetching}
        >
          {errorMessage(usage.error)}
        </ErrorState>
      ) : usage.data ? (
        <div
          aria-busy={usage.isPlaceholderData}
          className={clsx(
            "grid gap-4 transition-opacity duration-150",
            usage.isPlaceholderData && "opacity-60",
          )}
        >
          {usage.data.total.allowed + usage.data.total.denied === 0 ? (
            <EmptyState
              picture={<ChartColumn />}
              title={`No requests in the ${presetLabels[filters.range].toLowerCase()}`}
            >
              {filters.key ? "This key wasn’t used." : "Requests appear here after the first call."}
            </EmptyState>
          ) : (
            <>
              <UsageChart by={filters.by} usage={usage.data} />
              <UsageTable workspaceSlug={workspaceSlug} filters={filters} usage={usage.data} />
            </>
          )}
        </div>
      ) : (
        <Skeleton className="h-56 w-full" />
      )}
    </div>
  );
}

function Total({ number, word }: { number: number; word: string }) {
  return (
    <span>
      <strong className="font-medium text-text tabular-nums">{count(number)}</strong> {word}
    </span>
  );
}
