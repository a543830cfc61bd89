"use client";

import { FilterGrid } from "@/components/filters/filter-grid";
import { FilterInput, FilterPick } from "@/components/filters/filter-input";
import { TimeFilter } from "@/components/filters/time-filter";
import { ApiError } from "@/lib/client/api-error";
import { useAccessLogs } from "@/lib/client/use-access-logs";
import { logCodes, outcomes } from "@/lib/contracts/access-logs";
import { KeyFilter } from "./key-filter";
import { outcomeLabels } from "./outcome-badge";
import { useAccessLogFilters } from "./use-access-log-filters";

const any = { value: "" as const, label: "Any" };
const outcomeOptions = [any, ...outcomes.map((value) => ({ value, label: outcomeLabels[value] }))];
const codeOptions = [any, ...logCodes.map((value) => ({ value, label: value }))];

/** The filters, kept in the URL. */
export function AccessLogFilterFields({ workspaceSlug }: { workspaceSlug: string }) {
  const { filters, query, set, setFilters, clear } = useAccessLogFilters();
  // Shares the table's query, to show errors under the fields.
  const { error } = useAccessLogs(workspaceSlug, query);
  const wrong = error instanceof ApiError ? error.fields : {};

  return (
    <FilterGrid set={set} onClear={clear}>
      <KeyFilter workspaceSlug={workspaceSlug} keyId={filters.key} onKeyId={(key) => setFilters({ key })} />
      <FilterPick
        label="Outcome"
        value={outcomes.find((known) => known === filters.outcome) ?? ""}
        options={outcomeOptions}
        onValueChange={(outcome) => setFilters({ outcome })}
      />
      <FilterPick
        label="Code"
        value={logCodes.find((known) => known === filters.code) ?? ""}
        options={codeOptions}
        onValueChange={(code) => setFilters({ code })}
      />
      <div className="max-sm:col-span-2">
        <FilterInput
          label="Address"
          mono
          placeholder="203.0.113.0/24"
          value={filters.ip}
          error={misplacedKeyError(filters.ip) ?? wrong.ip}
          onValueChange={(ip) => setFilters({ ip })}
        />
      </div>
      <TimeFilter
        label="From"
        value={filters.from}
        error={wrong.from}
        onValueChange={(from) => setFilters({ from })}
      />
      <TimeFilter label="To" value={filters.to} error={wrong.to} onValueChange={(to) => setFilters({ to })} />
      <div className="max-sm:col-span-2">
        <FilterInput
          label="Request id"
          mono
          placeholder="req_…"
          value={filters.requestId}
          filter="requestId"
          error={misplacedKeyError(filters.requestId) ?? wrong.requestId}
          onValueChange={(requestId) => setFilters({ requestId })}
        />
      </div>
    </FilterGrid>
  );
}

/** A pasted API key has already been shortened to its hint, which contains an ellipsis. */
function misplacedKeyError(value: string): string | undefined {
  return value.includes("…") ? "This is an API key. Paste it into Key to filter by it." : undefined;
}
