"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { DataTable } from "@/components/ui/data-table";
import type { Column } from "@/components/ui/data-table-column";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { IpAddress } from "@/components/ui/ip-address";
import { RelativeTime } from "@/components/ui/relative-time";
import { errorMessage } from "@/lib/client/api-error";
import { useApiKeyActivity } from "@/lib/client/use-api-key";
import type { KeyCaller, OtherCallers } from "@/lib/contracts/key-callers";

const shownCallers = 10;

const columns: Column<KeyCaller>[] = [
  {
    id: "address",
    header: "Address",
    cell: (caller) => (caller.lastIp ? <IpAddress ip={caller.lastIp} /> : "Unknown"),
  },
  { id: "client", header: "Client", cell: (caller) => caller.client ?? "Unknown", wide: true },
  {
    id: "route",
    header: "Route",
    cell: ({ method, route }) => (
      <span className="font-mono">
        {method} {route}
      </span>
    ),
    wide: true,
  },
  {
    id: "first",
    header: "First seen",
    cell: (caller) => <RelativeTime at={caller.firstAt} />,
    hideBelow: "lg",
  },
  { id: "last", header: "Last seen", cell: (caller) => <RelativeTime at={caller.lastAt} /> },
  {
    id: "calls",
    header: "Requests",
    align: "right",
    cell: ({ allowed, denied }) => count(allowed + denied),
    secondLine: ({ denied }) => denied > 0 && `${count(denied)} denied`,
  },
];

/** Everything that calls with a key, with the first and the last request of each caller. */
export function ApiKeyCallers({ workspaceSlug, keyId }: { workspaceSlug: string; keyId: string }) {
  const activity = useApiKeyActivity(workspaceSlug, keyId);
  const [showsAll, setShowsAll] = useState(false);
  const { callers, otherCallers } = activity.data ?? {};
  const more = (callers?.length ?? 0) - shownCallers;
  return (
    <section className="grid gap-3">
      <h2 className="font-semibold text-lg">Where this key is used</h2>
      <DataTable
        label="Where this key is used"
        columns={columns}
        rows={showsAll ? callers : callers?.slice(0, shownCallers)}
        rowKey={({ block, client, method, route }) => [block, client, method, route].join(" ")}
        skeletonRows={2}
        empty={<EmptyState title="No requests with this key yet." />}
        error={
          activity.isError &&
          !activity.data && (
            <ErrorState
              title="Couldn’t load the key’s callers"
              onRetry={() => void activity.refetch()}
              retrying={activity.isFetching}
            >
              {errorMessage(activity.error)}
            </ErrorState>
          )
        }
        footer={
          ((more > 0 && !showsAll) || otherCallers) && (
            <div className="flex flex-wrap items-center justify-between gap-3">
              <span>{otherCallers && <Others others={otherCallers} />}</span>
              {more > 0 && !showsAll && (
                <Button variant="ghost" onClick={() => setShowsAll(true)}>
                  Show {count(more)} more
                </Button>
              )}
            </div>
          )
        }
      />
    </section>
  );
}

function Others({ others: { allowed, denied, lastAt } }: { others: OtherCallers }) {
  return (
    <>
      Other callers: {count(allowed + denied)} {allowed + denied === 1 ? "request" : "requests"}, the last{" "}
      <RelativeTime at={lastAt} />.
    </>
  );
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}
