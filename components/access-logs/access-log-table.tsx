"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { DataTable } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { LoadMore } from "@/components/ui/load-more";
import { ExactTime } from "@/components/ui/relative-time";
import { ApiError, errorMessage } from "@/lib/client/api-error";
import { useAccessLogs } from "@/lib/client/use-access-logs";
import type { AccessLogEntry } from "@/lib/contracts/access-logs";
import { accessLogColumns, signInColumns } from "./access-log-columns";
import { requestLine } from "./access-log-words";
import { entrySheet, lateParts } from "./load-entry-sheet";
import { useAccessLogFilters } from "./use-access-log-filters";

const AccessLogEntrySheet = entrySheet.component("AccessLogEntrySheet");
const EmptyLog = entrySheet.component("EmptyLog");
const LiveEntries = lateParts.component("LiveEntries");
const SilentProcessWarning = entrySheet.component("SilentProcessWarning");

export function AccessLogTable({ workspaceSlug, live }: { workspaceSlug: string; live: boolean }) {
  const { query, set, clear } = useAccessLogFilters();
  const log = useAccessLogs(workspaceSlug, query);
  const [opened, setOpened] = useState<AccessLogEntry | null>(null);
  const [arrived, setArrived] = useState<AccessLogEntry[]>([]);
  const listed = log.data?.pages.flatMap((page) => page.entries);
  const known = new Set(live ? arrived.map(({ id }) => id) : []);
  const entries = listed && [...(live ? arrived : []), ...listed.filter(({ id }) => !known.has(id))];
  const completeUpTo = log.data?.pages[0]?.completeUpTo;
  const clearFilters = <Button onClick={clear}>Clear filters</Button>;
  const silentSince = log.data?.pages[0]?.silentSince[0];

  return (
    <>
      {live && (
        <LiveEntries
          // Entries of other filters don't belong here.
          key={JSON.stringify(query)}
          workspaceSlug={workspaceSlug}
          query={query}
          paused={opened !== null}
          onEntries={setArrived}
        />
      )}
      <DataTable
        label="Access logs"
        columns={query.view === "sign-ins" ? signInColumns : accessLogColumns}
        rows={entries}
        rowKey={(entry) => entry.id}
        rowOpen={{
          label: (entry) => `Details of ${entry.outcome} ${requestLine(entry)}`,
          onOpen: (entry) => entrySheet.whenLoaded(() => setOpened(entry)),
          preload: entrySheet.preload,
        }}
        dimmed={log.isPlaceholderData}
        filtered={set > 0}
        skeletonRows={10}
        error={
          log.isError &&
          !log.data &&
          // Retrying can't fix an invalid filter.
          (log.error instanceof ApiError && Object.keys(log.error.fields).length > 0 ? (
            <EmptyState title="One of the filters isn’t valid." action={clearFilters} />
          ) : (
            <ErrorState
              title="Couldn’t load the access log"
              onRetry={() => void log.refetch()}
              retrying={log.isFetching}
            >
              {errorMessage(log.error)}
            </ErrorState>
          ))
        }
        noMatch={<EmptyState title="No entries match these filters." action={clearFilters} />}
        empty={<EmptyLog onRefresh={() => void log.refetch()} />}
        footer={
          entries &&
          completeUpTo && (
            <LoadMore
              hasMore={log.hasNextPage}
              pending={log.isFetchingNextPage}
              onLoadMore={() => void log.fetchNextPage()}
              error={log.isFetchNextPageError ? errorMessage(log.error) : undefined}
            >
              {entries.length.toLocaleString("en-US")} shown · Complete up to <ExactTime at={completeUpTo} />
              {silentSince && <SilentProcessWarning since={silentSince} />}
            </LoadMore>
          )
        }
      />
      {opened && (
        <AccessLogEntrySheet workspaceSlug={workspaceSlug} entry={opened} onClose={() => setOpened(null)} />
      )}
    </>
  );
}
