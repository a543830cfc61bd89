"use client";

import { ListFilter } from "lucide-react";
import { useState } from "react";
import { FilterGrid } from "@/components/filters/filter-grid";
import { FilterInput, FilterPick } from "@/components/filters/filter-input";
import { KeyFilter } from "@/components/filters/key-filter";
import { Button } from "@/components/ui/button";
import { ApiError } from "@/lib/client/api-error";
import { useAccessLogs } from "@/lib/client/use-access-logs";
import { decisionCodes, type LogCode, logCodes, outcomes } from "@/lib/contracts/access-logs";
import { FilterChips } from "./filter-chips";
import { MoreFilterFields } from "./more-filter-fields";
import { outcomeLabels } from "./outcome-badge";
import { singleValue } from "./single-value";
import { useAccessLogFilters } from "./use-access-log-filters";

const any = { value: "" as const, label: "Any" };
const outcomeOptions = [any, ...outcomes.map((value) => ({ value, label: outcomeLabels[value] }))];
const codeOption = (value: LogCode) => ({ value, label: value });
const isDecision = (code: LogCode) => (decisionCodes as readonly string[]).includes(code);
const codeOptions = [any, ...decisionCodes.map(codeOption)];
const signInCodeOptions = [any, ...logCodes.filter((code) => !isDecision(code)).map(codeOption)];

/** The filters, kept in the URL. */
export function AccessLogFilterFields({
  workspaceSlug,
  readsAll,
}: {
  workspaceSlug: string;
  readsAll: boolean;
}) {
  const { filters, query, set, setFilters, clear } = useAccessLogFilters();
  const [more, setMore] = useState(false);
  // Shares the table's query, to show errors under the fields.
  const { error } = useAccessLogs(workspaceSlug, query);
  const wrong = error instanceof ApiError ? error.fields : {};
  const isSignIns = query.view === "sign-ins";

  return (
    <FilterGrid
      set={set}
      onClear={clear}
      className={isSignIns ? "sm:grid-cols-4" : "sm:grid-cols-3 lg:grid-cols-5"}
      actions={
        !isSignIns && (
          <Button
            variant="ghost"
            size="small"
            aria-expanded={more}
            onClick={() => setMore(!more)}
            icon={<ListFilter aria-hidden className="size-3.5" />}
          >
            More filters
          </Button>
        )
      }
    >
      {!isSignIns && (
        <div className="grid min-h-13 max-sm:col-span-2">
          <KeyFilter
            workspaceSlug={workspaceSlug}
            keyId={singleValue(filters.key)}
            onKeyId={(key) => setFilters({ key })}
          />
        </div>
      )}
      <FilterPick
        label="Outcome"
        value={outcomes.find((known) => known === filters.outcome) ?? ""}
        options={outcomeOptions}
        onValueChange={(outcome) => setFilters({ outcome })}
      />
      <FilterPick
        label="Code"
        value={logCodes.find((known) => known === filters.code) ?? ""}
        options={isSignIns ? signInCodeOptions : codeOptions}
        onValueChange={(code) => setFilters({ code })}
      />
      <div className="max-sm:col-span-2">
        <FilterInput
          label="Address"
          mono
          placeholder="203.0.113.0/24"
          value={singleValue(filters.ip)}
          error={misplacedKeyError(filters.ip) ?? wrong.ip}
          onValueChange={(ip) => setFilters({ ip })}
        />
      </div>
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
      {more && !isSignIns && (
        <MoreFilterFields {...{ workspaceSlug, readsAll }} {...{ filters, setFilters, wrong }} />
      )}
      <div className="col-span-full empty:hidden">
        <FilterChips workspaceSlug={workspaceSlug} withFields={more} />
      </div>
    </FilterGrid>
  );
}

/** A pasted API key has already been shortened to its hint, which contains an ellipsis. */
function misplacedKeyError(value: string): string | undefined {
  return value.includes("…") ? "This is an API key. Paste it into Key to filter by it." : undefined;
}
