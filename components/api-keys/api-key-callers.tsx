"use client";

import { DataTable } from "@/components/ui/data-table";
import type { Column } from "@/components/ui/data-table-column";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { IpAddress } from "@/components/ui/ip-address";
import { RelativeTime } from "@/components/ui/relative-time";
import { errorMessage } from "@/lib/client/api-error";
import { clientName } from "@/lib/client/client-name";
import { useApiKeyActivity } from "@/lib/client/use-api-key";
import type { ApiKeyCaller } from "@/lib/contracts/api-keys";

const columns: Column<ApiKeyCaller>[] = [
  {
    id: "address",
    header: "Address",
    cell: (caller) => (caller.ip ? <IpAddress ip={caller.ip} /> : "Unknown"),
  },
  { id: "client", header: "Client", cell: (caller) => clientName(caller.userAgent) },
  { id: "last", header: "Last seen", cell: (caller) => <RelativeTime at={caller.lastAt} /> },
  { id: "calls", header: "Requests", align: "right", cell: (caller) => caller.calls.toLocaleString("en-US") },
];

export function ApiKeyCallers({ workspaceSlug, keyId }: { workspaceSlug: string; keyId: string }) {
  const activity = useApiKeyActivity(workspaceSlug, keyId);
  return (
    <section className="grid gap-3">
      <h2 className="font-semibold text-lg">Recent callers</h2>
      <DataTable
        label="Recent callers"
        columns={columns}
        rows={activity.data?.callers}
        rowKey={(caller) => `${caller.ip} ${caller.userAgent}`}
        skeletonRows={2}
        empty={<EmptyState title="No requests with this key in the last 7 days." />}
        error={
          activity.isError &&
          !activity.data && (
            <ErrorState
              title="Couldn’t load recent callers"
              onRetry={() => void activity.refetch()}
              retrying={activity.isFetching}
            >
              {errorMessage(activity.error)}
            </ErrorState>
          )
        }
      />
    </section>
  );
}
