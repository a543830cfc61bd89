"use client";

import { clsx } from "clsx";
import { ListFilter, X } from "lucide-react";
import { useState } from "react";
import { FilterInput, FilterPick } from "@/components/filters/filter-input";
import { Button } from "@/components/ui/button";
import { useTimeZone } from "@/components/ui/relative-time";
import { ApiError } from "@/lib/client/api-error";
import { useAccessLogs } from "@/lib/client/use-access-logs";
import { logCodes, outcomes } from "@/lib/contracts/access-logs";
import { KeyFilter } from "./key-filter";
import { fromLocalField, toLocalField } from "./log-time-fields";
import { outcomeLabels } from "./outcome-badge";
import { useAccessLogFilters } from "./use-access-log-filters";

const any = { value: "" as const, label: "Any" };
const outcomeOptions = [any, ...outcomes.map((value) => ({ value, label: outcomeLabels[value] }))];
const codeOptions = [any, ...logCodes.map((value) => ({ value, label: value }))];

/** The filters, kept in the URL. On phones they're folded behind a button. */
export function AccessLogFilterFields({ workspaceSlug }: { workspaceSlug: string }) {
  const [unfolded, setUnfolded] = useState(false);
  const [clearCount, setClearCount] = useState(0);
  const { filters, query, set, setFilters, clear } = useAccessLogFilters();
  // Shares the table's query, to show errors under the fields.
  const { error } = useAccessLogs(workspaceSlug, query);
  const wrong = error instanceof ApiError ? error.fields : {};

  return (
    <search className="mb-4 grid gap-3">
      <Button
        className="justify-self-start sm:hidden"
        aria-expanded={unfolded}
        onClick={() => setUnfolded(!unfolded)}
        icon={<ListFilter aria-hidden className="size-4" />}
      >
        {set > 0 ? `Filters (${set})` : "Filters"}
      </Button>
      <div
        className={clsx(
          "grid grid-cols-2 items-start gap-x-3 gap-y-2.5 sm:grid-cols-4",
          !unfolded && "max-sm:hidden",
        )}
      >
        <KeyFilter
          key={clearCount}
          workspaceSlug={workspaceSlug}
          keyId={filters.key}
          onKeyId={(key) => setFilters({ key })}
        />
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
        <TimeFilter
          label="To"
          value={filters.to}
          error={wrong.to}
          onValueChange={(to) => setFilters({ to })}
        />
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
        {set > 0 && (
          <Button
            variant="ghost"
            size="small"
            onClick={() => {
              clear();
              // Text that matches no key is kept only in the field's state: remount it.
              setClearCount(clearCount + 1);
            }}
            icon={<X aria-hidden className="size-3.5" />}
            className="h-8 self-end justify-self-start"
          >
            Clear filters
          </Button>
        )}
      </div>
    </search>
  );
}

/** A pasted API key has already been shortened to its hint, which contains an ellipsis. */
function misplacedKeyError(value: string): string | undefined {
  return value.includes("…") ? "This is an API key. Paste it into Key to filter by it." : undefined;
}

function TimeFilter({
  value,
  onValueChange,
  ...rest
}: {
  label: string;
  value: string;
  error: string | undefined;
  onValueChange: (time: string) => void;
}) {
  const zone = useTimeZone();
  return (
    <div className="grid max-sm:col-span-2">
      <FilterInput
        {...rest}
        type="datetime-local"
        value={toLocalField(value, zone)}
        onValueChange={(text) => onValueChange(fromLocalField(text, zone))}
      />
    </div>
  );
}
