"use client";

import { ScrollText } from "lucide-react";
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
import { accessLogColumns } from "./access-log-columns";
import { requestLine } from "./access-log-words";
import { entrySheet } from "./load-entry-sheet";
import { useAccessLogFilters } from "./use-access-log-filters";

const AccessLogEntrySheet = entrySheet.component("AccessLogEntrySheet");
const SilentProcessWarning = entrySheet.component("SilentProcessWarning");

export function AccessLogTable({ workspaceSlug }: { workspaceSlug: string }) {
  const { query, set, clear } = useAccessLogFilters();
  const log = useAccessLogs(workspaceSlug, query);
  const [opened, setOpened] = useState<AccessLogEntry | null>(null);
  const entries = log.data?.pages.flatMap((page) => page.entries);
  const completeUpTo = log.data?.pages[0]?.completeUpTo;
  const silentSince = log.data?.pages[0]?.silentSince[0];

  return (
    <>
      <DataTable
        label="Access logs"
        columns={accessLogColumns}
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
          !log.data && (
            <LogError
              error={log.error}
              retrying={log.isFetching}
              onRetry={() => void log.refetch()}
              onClear={clear}
            />
          )
        }
        noMatch={
          <EmptyState
            title="No entries match these filters."
            action={<Button onClick={clear}>Clear filters</Button>}
          />
        }
        empty={
          <EmptyState
            picture={<ScrollText />}
            title="Requests appear here after the first call."
            action={<Button onClick={() => void log.refetch()}>Refresh</Button>}
          />
        }
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

/** Retrying can't fix an invalid filter, so this offers to clear the filters instead. */
function LogError({
  error,
  retrying,
  onRetry,
  onClear,
}: {
  error: unknown;
  retrying: boolean;
  onRetry: () => void;
  onClear: () => void;
}) {
  if (error instanceof ApiError && Object.keys(error.fields).length > 0) {
    return (
      <EmptyState
        title="One of the filters isn’t valid."
        action={<Button onClick={onClear}>Clear filters</Button>}
      />
    );
  }
  return (
    <ErrorState title="Couldn’t load the access log" onRetry={onRetry} retrying={retrying}>
      {errorMessage(error)}
    </ErrorState>
  );
}
