"use client";

import Link from "next/link";
import { DataTable } from "@/components/ui/data-table";
import type { Column } from "@/components/ui/data-table-column";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { RelativeTime } from "@/components/ui/relative-time";
import { errorMessage } from "@/lib/client/api-error";
import { useCreatedKeys } from "@/lib/client/created-keys";
import type { ApiKey } from "@/lib/contracts/api-keys";
import { KeyHint } from "./key-hint";
import { keyHref } from "./key-links";
import { KeyStatusBadge } from "./key-status-badge";

/** The keys that a key made, directly or with keys that it made. */
export function CreatedKeysSection({ workspaceSlug, keyId }: { workspaceSlug: string; keyId: string }) {
  const created = useCreatedKeys(workspaceSlug, keyId);
  const columns: Column<ApiKey>[] = [
    {
      id: "name",
      header: "Name",
      wide: true,
      cell: (key) => (
        <Link href={keyHref(workspaceSlug, key.id)} className="font-medium hover:underline max-sm:py-2">
          {key.name}
        </Link>
      ),
    },
    { id: "key", header: "Key", cell: (key) => <KeyHint prefix={key.prefix} suffix={key.suffix} /> },
    { id: "made", header: "Created", cell: (key) => <MadeBy apiKey={key} keyId={keyId} /> },
    { id: "status", header: "Status", cell: (key) => <KeyStatusBadge apiKey={key} /> },
  ];
  const { keys, total = 0 } = created.data ?? {};
  return (
    <section className="grid gap-3">
      <h2 className="font-semibold text-lg">Keys that this key made</h2>
      <DataTable
        label="Keys that this key made"
        columns={columns}
        rows={keys}
        rowKey={(key) => key.id}
        skeletonRows={2}
        empty={<EmptyState title="This key made no keys that you can see." />}
        error={
          created.isError &&
          !created.data && (
            <ErrorState
              title="Couldn’t load the keys"
              onRetry={() => void created.refetch()}
              retrying={created.isFetching}
            >
              {errorMessage(created.error)}
            </ErrorState>
          )
        }
      />
      {keys && total > keys.length && (
        <p className="text-muted text-sm">
          The first {keys.length} of {total.toLocaleString("en-US")} keys.
        </p>
      )}
    </section>
  );
}

function MadeBy({ apiKey: { createdAt, createdBy }, keyId }: { apiKey: ApiKey; keyId: string }) {
  return (
    <>
      <RelativeTime at={createdAt} />
      {createdBy.id !== keyId && ` with ${createdBy.name ?? "another key"}`}
    </>
  );
}
