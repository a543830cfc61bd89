"use client";

import { History } from "lucide-react";
import { FilterBar, FilterSelect } from "@/components/filters/filter-bar";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { type AuditAction, auditActionNames } from "@/lib/contracts/audit-actions";
import { roleMay } from "@/lib/contracts/permissions";
import type { Workspace } from "@/lib/contracts/workspaces";
import { AuditEventTable } from "./audit-event-table";
import { auditActionLabel } from "./audit-words";
import { useAuditLogFilters } from "./use-audit-log-filters";

export function AuditLogScreen({ workspace }: { workspace: Workspace }) {
  const allowed = roleMay(workspace.role, "audit_log.read");
  return (
    <>
      <PageHeader title="Audit log">Every change made in {workspace.name}, newest first.</PageHeader>
      {allowed ? (
        <>
          <AuditLogFilters />
          <AuditEventTable workspaceSlug={workspace.slug} />
        </>
      ) : (
        <AuditLogRefused admins={workspace.admins} />
      )}
    </>
  );
}

/** Reached only by URL: the navigation hides the audit log from others. */
function AuditLogRefused({ admins }: { admins: Workspace["admins"] }) {
  return (
    <Card flush>
      <EmptyState picture={<History />} title="Only admins can view the audit log.">
        Ask {admins.map((admin) => `${admin.name} (${admin.email})`).join(", ")} for access.
      </EmptyState>
    </Card>
  );
}

const actionOptions: { value: AuditAction | ""; label: string }[] = [
  { value: "", label: "Any" },
  ...auditActionNames.map((action) => ({ value: action, label: auditActionLabel(action) })),
];

function AuditLogFilters() {
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
