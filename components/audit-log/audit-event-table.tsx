"use client";

import { History } from "lucide-react";
import { Button } from "@/components/ui/button";
import { DataTable } from "@/components/ui/data-table";
import type { Column } from "@/components/ui/data-table-column";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { IpAddress } from "@/components/ui/ip-address";
import { LoadMore } from "@/components/ui/load-more";
import { RelativeTime } from "@/components/ui/relative-time";
import { ApiError, errorMessage } from "@/lib/client/api-error";
import { useAuditEvents } from "@/lib/client/use-audit-events";
import type { AuditEvent } from "@/lib/contracts/audit-events";
import { AuditSentence } from "./audit-sentence";
import { auditVerb } from "./audit-words";
import { auditLogParts } from "./load-audit-log-parts";
import { useAuditLogFilters } from "./use-audit-log-filters";

const AuditEventSheet = auditLogParts.component("AuditEventSheet");

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
  const { query, event: openId, setFilters, clearAll } = useAuditLogFilters();
  const log = useAuditEvents(workspaceSlug, query);
  const events = log.data?.pages.flatMap((page) => page.events);
  const clearFilters = <Button onClick={clearAll}>Clear filters</Button>;

  return (
    <>
      <DataTable
        label="Audit log"
        columns={auditEventColumns}
        rows={events}
        rowKey={(event) => event.id}
        rowOpen={{
          label: (event) => `Details: ${event.actor.name} ${auditVerb(event.action)} ${event.target.name}`,
          onOpen: ({ id }) => auditLogParts.whenLoaded(() => setFilters({ event: id })),
          preload: auditLogParts.preload,
        }}
        dimmed={log.isPlaceholderData}
        filtered={Object.keys(query).length > 0}
        skeletonRows={10}
        error={
          log.isError &&
          !log.data &&
          // Retrying can't fix an invalid filter.
          (log.error instanceof ApiError && Object.keys(log.error.fields).length > 0 ? (
            <EmptyState title="One of the filters isn’t valid." action={clearFilters} />
          ) : (
            <ErrorState
              title="Couldn’t load the audit log"
              onRetry={() => void log.refetch()}
              retrying={log.isFetching}
            >
              {errorMessage(log.error)}
            </ErrorState>
          ))
        }
        noMatch={<EmptyState title="No changes match these filters." action={clearFilters} />}
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
      {openId && (
        <AuditEventSheet
          workspaceSlug={workspaceSlug}
          eventId={openId}
          listed={events?.find(({ id }) => id === openId)}
          onClose={() => setFilters({ event: "" })}
        />
      )}
    </>
  );
}
