"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { DataTable } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { LoadMore } from "@/components/ui/load-more";
import { ExactTime } from "@/components/ui/relative-time";
import { ApiError, errorMessage } from "@/lib/client/api-error";
import { useAccessLogs, useRefreshAccessLogs } from "@/lib/client/use-access-logs";
import type { AccessLogEntry } from "@/lib/contracts/access-logs";
import { accessLogColumns, entryRow, signInColumns } from "./access-log-columns";
import { requestLine } from "./access-log-words";
import { entrySheet, lateParts } from "./load-entry-sheet";
import { useAccessLogFilters } from "./use-access-log-filters";

const OpenEntry = entrySheet.component("OpenEntry");
const EmptyLog = entrySheet.component("EmptyLog");
const NoSuchRequest = entrySheet.component("NoSuchRequest");
const SilentProcessWarning = entrySheet.component("SilentProcessWarning");
const LiveEntries = lateParts.component("LiveEntries");
const RowKeys = lateParts.component("RowKeys");

export function AccessLogTable({ workspaceSlug, live }: { workspaceSlug: string; live: boolean }) {
  const { query, set, entry: openId, setFilters, clear } = useAccessLogFilters();
  const log = useAccessLogs(workspaceSlug, query);
  const refresh = useRefreshAccessLogs(workspaceSlug, query);
  // Entries of other filters don't belong here.
  const filters = JSON.stringify(query);
  const [arrived, setArrived] = useState<{ filters: string; entries: AccessLogEntry[] } | null>(null);
  const newest = arrived?.filters === filters ? arrived.entries : [];
  const listed = log.data?.pages.flatMap((page) => page.entries);
  const known = new Set(newest.map(({ id }) => id));
  const entries = listed && [...newest, ...listed.filter(({ id }) => !known.has(id))];
  const completeUpTo = log.data?.pages[0]?.completeUpTo;
  const clearFilters = <Button onClick={clear}>Clear filters</Button>;
  const silentSince = log.data?.pages[0]?.silentSince[0];
  const open = (id: string) => setFilters({ entry: id });

  return (
    <>
      {live && (
        <LiveEntries
          key={filters}
          workspaceSlug={workspaceSlug}
          query={query}
          paused={openId !== null}
          onEntries={(arriving) => setArrived({ filters, entries: arriving })}
          onRefresh={refresh}
        />
      )}
      <DataTable
        label="Access logs"
        columns={query.view === "sign-ins" ? signInColumns : accessLogColumns}
        rows={entries}
        rowKey={(entry) => entry.id}
        rowClass={entryRow}
        rowOpen={{
          label: (entry) => `Details of ${entry.outcome} ${requestLine(entry)}`,
          onOpen: ({ id }) => entrySheet.whenLoaded(() => open(id)),
          preload: entrySheet.preload,
        }}
        dimmed={log.isPlaceholderData}
        filtered={set > 0}
        skeletonRows={10}
        rowLines={1}
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
        noMatch={
          query.requestId ? (
            <NoSuchRequest onClear={clear} />
          ) : (
            <EmptyState title="No entries match these filters." action={clearFilters} />
          )
        }
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
      <RowKeys label="Access logs" />
      {openId !== null && (
        <OpenEntry
          workspaceSlug={workspaceSlug}
          id={openId}
          entries={entries ?? []}
          onOpen={open}
          onMore={log.hasNextPage ? () => void log.fetchNextPage() : undefined}
        />
      )}
    </>
  );
}
