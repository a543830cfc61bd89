"use client";

import { History } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { workspacePath } from "@/lib/client/queries/paths";
import { roleMay } from "@/lib/contracts/permissions";
import type { Workspace } from "@/lib/contracts/workspaces";
import { AuditEventTable } from "./audit-event-table";
import { AuditLogFilters } from "./audit-log-filters";
import { auditLogParts } from "./load-audit-log-parts";
import { useAuditLogFilters } from "./use-audit-log-filters";

const ExportDialog = auditLogParts.component("ExportDialog");

export function AuditLogScreen({ workspace }: { workspace: Workspace }) {
  const allowed = roleMay(workspace.role, "audit_log.read");
  return (
    <>
      <PageHeader title="Audit log" action={allowed && <ExportButton workspaceSlug={workspace.slug} />}>
        Every change made in {workspace.name}, newest first.
      </PageHeader>
      {allowed ? (
        <>
          <AuditLogFilters workspaceSlug={workspace.slug} />
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

function ExportButton({ workspaceSlug }: { workspaceSlug: string }) {
  const { query } = useAuditLogFilters();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => auditLogParts.whenLoaded(() => setOpen(true))} {...auditLogParts.preloads}>
        Export
      </Button>
      {open && (
        <ExportDialog
          title="Export audit log"
          description="All events of the chosen time range that match the filters, oldest first."
          path={`${workspacePath(workspaceSlug)}/audit-events/export`}
          query={query}
          fileName={`audit-log-${workspaceSlug}`}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
