"use client";

import { History } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { DataTable } from "@/components/ui/data-table";
import type { Column } from "@/components/ui/data-table-column";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { IpAddress } from "@/components/ui/ip-address";
import { LoadMore } from "@/components/ui/load-more";
import { RelativeTime } from "@/components/ui/relative-time";
import { errorMessage } from "@/lib/client/api-error";
import { useAuditEvents } from "@/lib/client/use-audit-events";
import type { AuditEvent } from "@/lib/contracts/audit-events";
import { AuditEventSheet } from "./audit-event-sheet";
import { AuditSentence } from "./audit-sentence";
import { auditVerb } from "./audit-words";
import { useAuditLogFilters } from "./use-audit-log-filters";

export const auditEventColumns: Column<AuditEvent>[] = [
  { id: "what", header: "What happened", wide: true, cell: (event) => <AuditSentence event={event} /> },
  { id: "time", header: "Time", cell: (event) => <RelativeTime at={event.at} />, width: "w-36" },
  {
    id: "address",
    header: "Address",
    cell: (event) => (event.ip ? <IpAddress ip={event.ip} /> : "—"),
    width: "w-44",
  },
];

export function AuditEventTable({ workspaceSlug }: { workspaceSlug: string }) {
  const { query, filtered, clear } = useAuditLogFilters();
  const log = useAuditEvents(workspaceSlug, query);
  const [opened, setOpened] = useState<AuditEvent | null>(null);
  const events = log.data?.pages.flatMap((page) => page.events);

  return (
    <>
      <DataTable
        label="Audit log"
        columns={auditEventColumns}
        rows={events}
        rowKey={(event) => event.id}
        rowOpen={{
          label: (event) => `Details: ${event.actor.name} ${auditVerb(event.action)} ${event.target.name}`,
          onOpen: setOpened,
        }}
        dimmed={log.isPlaceholderData}
        filtered={filtered}
        skeletonRows={10}
        error={
          log.isError &&
          !log.data && (
            <ErrorState
              title="Couldn’t load the audit log"
              onRetry={() => void log.refetch()}
              retrying={log.isFetching}
            >
              {errorMessage(log.error)}
            </ErrorState>
          )
        }
        noMatch={
          <EmptyState
            title="No changes match these filters."
            action={<Button onClick={clear}>Clear filters</Button>}
          />
        }
        empty={
          <EmptyState
            picture={<History />}
            title="Changes appear here as people make them."
            action={<Button onClick={() => void log.refetch()}>Refresh</Button>}
          />
        }
        footer={
          events &&
          events.length > 0 && (
            <LoadMore
              hasMore={log.hasNextPage}
              pending={log.isFetchingNextPage}
              onLoadMore={() => void log.fetchNextPage()}
              error={log.isFetchNextPageError ? errorMessage(log.error) : undefined}
            >
              {events.length.toLocaleString("en-US")}{" "}
              {log.hasNextPage ? "shown" : events.length === 1 ? "change" : "changes"}
            </LoadMore>
          )
        }
      />
      {opened && <AuditEventSheet event={opened} onClose={() => setOpened(null)} />}
    </>
  );
}
