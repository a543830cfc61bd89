"use client";

import { PageHeader } from "@/components/ui/page-header";
import { roleMay } from "@/lib/contracts/permissions";
import type { Workspace } from "@/lib/contracts/workspaces";
import { AuditEventTable } from "./audit-event-table";
import { AuditLogFilters } from "./audit-log-filters";
import { AuditLogRefused } from "./audit-log-refused";

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
