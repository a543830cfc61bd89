"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Switch } from "@/components/ui/switch";
import type { AccessLogFilters } from "@/lib/client/queries/access-logs";
import { ExportLogDialog } from "./export-log-dialog";

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
        <ExportLogDialog workspaceSlug={workspaceSlug} query={query} onClose={() => setExporting(false)} />
      )}
    </>
  );
}
