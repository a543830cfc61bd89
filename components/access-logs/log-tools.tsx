"use client";

import { useState } from "react";
import { ExportDialog } from "@/components/exports/export-dialog";
import { Button } from "@/components/ui/button";
import { Switch } from "@/components/ui/switch";
import type { AccessLogFilters } from "@/lib/client/queries/access-logs";
import { workspacePath } from "@/lib/client/queries/paths";

/** The Live switch and the Export button. */
export function LogTools({
  workspaceSlug,
  query,
  live,
  onLive,
}: {
  workspaceSlug: string;
  query: AccessLogFilters;
  live: boolean;
  onLive: (live: boolean) => void;
}) {
  const [exporting, setExporting] = useState(false);
  return (
    <>
      <div className="[&>div]:items-center [&>div]:gap-2">
        <Switch label="Live" checked={live} onCheckedChange={onLive} />
      </div>
      <Button onClick={() => setExporting(true)}>Export</Button>
      {exporting && (
        <ExportDialog
          title="Export access logs"
          description="All entries of the chosen time range that match the filters, oldest first."
          path={`${workspacePath(workspaceSlug)}/access-logs/export`}
          query={query}
          fileName={`access-log-${workspaceSlug}`}
          onClose={() => setExporting(false)}
        />
      )}
    </>
  );
}
