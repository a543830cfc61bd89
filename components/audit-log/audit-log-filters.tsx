"use client";

import { FilterBar, FilterSelect } from "@/components/filters/filter-bar";
import { type AuditAction, auditActionNames } from "@/lib/contracts/audit-actions";
import { auditActionLabel } from "./audit-words";
import { useAuditLogFilters } from "./use-audit-log-filters";

const actionOptions: { value: AuditAction | ""; label: string }[] = [
  { value: "", label: "Any" },
  ...auditActionNames.map((action) => ({ value: action, label: auditActionLabel(action) })),
];

export function AuditLogFilters() {
  const { action, filtered, setFilters, clear } = useAuditLogFilters();
  return (
    <FilterBar onClear={filtered ? clear : undefined}>
      <FilterSelect
        label="Action"
        value={action}
        options={actionOptions}
        onValueChange={(value) => setFilters({ action: value })}
      />
    </FilterBar>
  );
}
