"use client";

import Link from "next/link";
import { useState } from "react";
import { accessLogColumnsWithoutKey, entryRow } from "@/components/access-logs/access-log-columns";
import { requestLine } from "@/components/access-logs/access-log-words";
import { entrySheet } from "@/components/access-logs/load-entry-sheet";
import { DataTable } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { errorMessage } from "@/lib/client/api-error";
import { useAccessLogs } from "@/lib/client/use-access-logs";
import type { AccessLogEntry } from "@/lib/contracts/access-logs";
import { keyAccessLogHref } from "./key-links";

const AccessLogEntrySheet = entrySheet.component("AccessLogEntrySheet");

export function ApiKeyRecentRequests({ workspaceSlug, keyId }: { workspaceSlug: string; keyId: string }) {
  const log = useAccessLogs(workspaceSlug, { key: keyId }, { limit: 10 });
  const [opened, setOpened] = useState<AccessLogEntry | null>(null);
  return (
    <section className="grid gap-3">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 className="font-semibold text-lg">Recent requests</h2>
        <Link
          href={keyAccessLogHref(workspaceSlug, keyId)}
          className="text-accent underline-offset-2 hover:underline max-sm:py-2"
        >
          View access logs
        </Link>
      </div>
      <DataTable
        label="Recent requests"
        columns={accessLogColumnsWithoutKey}
        rows={log.data?.pages[0]?.entries}
        rowKey={(entry) => entry.id}
        rowClass={entryRow}
        rowOpen={{
          label: (entry) => `Details of ${entry.outcome} ${requestLine(entry)}`,
          onOpen: (entry) => entrySheet.whenLoaded(() => setOpened(entry)),
          preload: entrySheet.preload,
        }}
        empty={<EmptyState title="Requests appear here after the first call." />}
        error={
          log.isError &&
          !log.data && (
            <ErrorState
              title="Couldn’t load recent requests"
              onRetry={() => void log.refetch()}
              retrying={log.isFetching}
            >
              {errorMessage(log.error)}
            </ErrorState>
          )
        }
      />
      {opened && (
        <AccessLogEntrySheet workspaceSlug={workspaceSlug} entry={opened} onClose={() => setOpened(null)} />
      )}
    </section>
  );
}
