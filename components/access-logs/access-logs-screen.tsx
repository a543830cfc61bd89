"use client";

import { lazy, Suspense, useState } from "react";
import { Button } from "@/components/ui/button";
import { PageHeader } from "@/components/ui/page-header";
import { Tabs } from "@/components/ui/tabs";
import { useRefreshAccessLogs } from "@/lib/client/use-access-logs";
import type { Workspace } from "@/lib/contracts/workspaces";
import { AccessLogTable } from "./access-log-table";
import { importLogParts, lateParts } from "./load-entry-sheet";
import { useAccessLogFilters } from "./use-access-log-filters";

const LogTools = lateParts.component("LogTools");
// The server renders them; their scripts come after those of the entries.
const LogOverview = lazy(async () => ({ default: (await importLogParts()).LogOverview }));
const AccessLogFilterFields = lazy(async () => ({ default: (await importLogParts()).AccessLogFilterFields }));

const views = [
  { value: "keys", label: "Keys" },
  { value: "sign-ins", label: "Sign-ins" },
] as const;

export function AccessLogsScreen({
  workspace,
  readsAll,
}: {
  workspace: Workspace;
  /** Whether the viewer reads the entries of others' keys. */
  readsAll: boolean;
}) {
  const { query, setFilters, clear } = useAccessLogFilters();
  const refresh = useRefreshAccessLogs(workspace.slug, query);
  const [refreshing, setRefreshing] = useState(false);
  const [live, setLive] = useState(false);
  const shown = query.view ?? "keys";

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
          <div className="flex min-h-9 flex-wrap items-center gap-3">
            <LogTools workspaceSlug={workspace.slug} query={query} live={live} onLive={setLive} />
            <Button onClick={() => void refreshNow()} pending={refreshing} pendingLabel="Refreshing…">
              Refresh
            </Button>
          </div>
        }
      >
        Who used which key, from where, and why a request was denied.
      </PageHeader>
      <Tabs
        label="Entries of"
        defaultValue={shown}
        onValueChange={(view) => {
          clear();
          setFilters({ view: view === "keys" ? "" : view });
        }}
        tabs={views.map(({ value, label }) => ({
          value,
          label,
          content: value === shown && (
            <div className="pt-3">
              <Suspense fallback={<div className="min-h-86" />}>
                <LogOverview workspaceSlug={workspace.slug} live={live} />
                <AccessLogFilterFields workspaceSlug={workspace.slug} readsAll={readsAll} />
              </Suspense>
              <AccessLogTable workspaceSlug={workspace.slug} live={live} />
            </div>
          ),
        }))}
      />
    </>
  );
}
