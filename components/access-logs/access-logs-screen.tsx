"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { PageHeader } from "@/components/ui/page-header";
import { useRefreshAccessLogs } from "@/lib/client/use-access-logs";
import type { Workspace } from "@/lib/contracts/workspaces";
import { AccessLogFilterFields } from "./access-log-filter-fields";
import { AccessLogTable } from "./access-log-table";
import { useAccessLogFilters } from "./use-access-log-filters";

export function AccessLogsScreen({ workspace }: { workspace: Workspace }) {
  const { query } = useAccessLogFilters();
  const refresh = useRefreshAccessLogs(workspace.slug, query);
  const [refreshing, setRefreshing] = useState(false);

  async function refreshNow() {
    setRefreshing(true);
    await refresh();
    setRefreshing(false);
  }

  return (
    <>
      <PageHeader
        title="Access logs"
        action={
          <Button onClick={() => void refreshNow()} pending={refreshing} pendingLabel="Refreshing…">
            Refresh
          </Button>
        }
      >
        Every API key request and sign-in, where it came from, and the reason if it was denied.
      </PageHeader>
      <AccessLogFilterFields workspaceSlug={workspace.slug} />
      <AccessLogTable workspaceSlug={workspace.slug} />
    </>
  );
}
