"use client";

import { FilterGrid } from "@/components/filters/filter-grid";
import { FilterInput, FilterPick } from "@/components/filters/filter-input";
import { ApiError } from "@/lib/client/api-error";
import { useAccessLogs } from "@/lib/client/use-access-logs";
import { decisionCodes, type LogCode, logCodes, outcomes } from "@/lib/contracts/access-logs";
import { lateParts } from "./load-entry-sheet";
import { outcomeLabels } from "./outcome-badge";
import { useAccessLogFilters } from "./use-access-log-filters";

const KeyFilter = lateParts.component("KeyFilter");
const MoreFilters = lateParts.component("MoreFilters");

const any = { value: "" as const, label: "Any" };
const outcomeOptions = [any, ...outcomes.map((value) => ({ value, label: outcomeLabels[value] }))];
const codeOption = (value: LogCode) => ({ value, label: value });
const isDecision = (code: LogCode) => (decisionCodes as readonly string[]).includes(code);
const codeOptions = [any, ...decisionCodes.map(codeOption)];
const signInCodeOptions = [any, ...logCodes.filter((code) => !isDecision(code)).map(codeOption)];

/** The filters, kept in the URL. */
export function AccessLogFilterFields({ workspaceSlug }: { workspaceSlug: string }) {
  const { filters, query, set, setFilters, clear } = useAccessLogFilters();
  // Shares the table's query, to show errors under the fields.
  const { error } = useAccessLogs(workspaceSlug, query);
  const wrong = error instanceof ApiError ? error.fields : {};

  const isSignIns = query.view === "sign-ins";

  return (
    <FilterGrid set={set} onClear={clear}>
      {!isSignIns && (
        <div className="grid min-h-13 max-sm:col-span-2">
          <KeyFilter
            workspaceSlug={workspaceSlug}
            keyId={single(filters.key)}
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
          value={single(filters.ip)}
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
      <div className="col-span-full empty:hidden">
        <MoreFilters workspaceSlug={workspaceSlug} />
      </div>
    </FilterGrid>
  );
}

/** A filter with several values, or with values to hide, is shown below the fields. */
function single(text: string): string {
  return /[!,]/.test(text) ? "" : decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, "%25"));
}

/** A pasted API key has already been shortened to its hint, which contains an ellipsis. */
function misplacedKeyError(value: string): string | undefined {
  return value.includes("…") ? "This is an API key. Paste it into Key to filter by it." : undefined;
}
