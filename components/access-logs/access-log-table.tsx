"use client";

import { ScrollText, TriangleAlert } from "lucide-react";
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
import { AccessLogEntrySheet } from "./access-log-entry-sheet";
import { requestLine } from "./access-log-words";
import { useAccessLogFilters } from "./use-access-log-filters";

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
        rowOpen={{ label: (entry) => `Details of ${entry.outcome} ${requestLine(entry)}`, onOpen: setOpened }}
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
            title="No entry matches these filters."
            action={<Button onClick={clear}>Clear filters</Button>}
          />
        }
        empty={
          <EmptyState
            picture={<ScrollText />}
            title="The first use of a key will stand here."
            action={<Button onClick={() => void log.refetch()}>Look again</Button>}
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
              {entries.length.toLocaleString("en-GB")} shown · Complete up to <ExactTime at={completeUpTo} />
              {silentSince && <SilentProcess since={silentSince} />}
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

/** The one exception to what the line before it says, and so under it, where it cannot be read past. */
function SilentProcess({ since }: { since: string }) {
  return (
    <p className="mt-1 flex gap-1.5">
      <TriangleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0 text-warn" />
      <span>
        A process has been silent since <ExactTime at={since} />. Its last entries may be missing.
      </span>
    </p>
  );
}

/** A filter the server cannot read is marked in its field: asking again would not mend it. */
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
        title="One of the filters cannot be read."
        action={<Button onClick={onClear}>Clear filters</Button>}
      />
    );
  }
  return (
    <ErrorState title="The log could not be loaded" onRetry={onRetry} retrying={retrying}>
      {errorMessage(error)}
    </ErrorState>
  );
}
