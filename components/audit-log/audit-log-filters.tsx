"use client";

import { FilterGrid } from "@/components/filters/filter-grid";
import { FilterInput } from "@/components/filters/filter-input";
import { RangePicker } from "@/components/filters/range-picker";
import { ApiError } from "@/lib/client/api-error";
import { useAuditEvents } from "@/lib/client/use-audit-events";
import { auditLogParts } from "./load-audit-log-parts";
import { useAuditLogFilters } from "./use-audit-log-filters";

const ActionFilter = auditLogParts.component("ActionFilter");
const PersonFilter = auditLogParts.component("PersonFilter");

/** The filters, kept in the URL. */
export function AuditLogFilters({ workspaceSlug }: { workspaceSlug: string }) {
  const { filters, query, set, range, setFilters, clear } = useAuditLogFilters();
  // Shares the table's query, to show errors under the fields.
  const { error } = useAuditEvents(workspaceSlug, query);
  const wrong = error instanceof ApiError ? error.fields : {};
  return (
    <>
      <div className="mb-3">
        <RangePicker {...{ filters, range, setFilters, error }} usual="" />
      </div>
      <FilterGrid set={set} onClear={clear}>
        <div className="min-h-13 max-sm:col-span-2">
          <PersonFilter
            workspaceSlug={workspaceSlug}
            value={filters.actor}
            error={wrong.actor}
            onValueChange={(actor) => setFilters({ actor })}
          />
        </div>
        <div className="min-h-13 max-sm:col-span-2">
          <ActionFilter
            value={filters.action}
            error={wrong.action}
            onValueChange={(action) => setFilters({ action })}
          />
        </div>
        <div className="max-sm:col-span-2">
          <FilterInput
            label="Target"
            placeholder="Name or id"
            value={filters.target}
            error={isKeyHint(filters.target) ? "This is an API key. Enter its name or id." : wrong.target}
            onValueChange={(target) => setFilters({ target })}
          />
        </div>
      </FilterGrid>
    </>
  );
}

/** A pasted API key has already been shortened to its hint, which no event is found by. */
function isKeyHint(text: string): boolean {
  return /^\S{4,}…\S{4}$/.test(text.trim());
}
