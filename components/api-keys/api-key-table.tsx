"use client";

import { KeyRound } from "lucide-react";
import { Button } from "@/components/ui/button";
import { DataTable } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { LoadMore } from "@/components/ui/load-more";
import { errorMessage } from "@/lib/client/api-error";
import { keyExportHref } from "@/lib/client/key-export-href";
import type { Viewer } from "@/lib/client/key-rights";
import { useApiKeys } from "@/lib/client/use-api-keys";
import type { ApiKey } from "@/lib/contracts/api-keys";
import { apiKeyColumns } from "./api-key-columns";
import type { ApiKeyDialogName } from "./api-key-dialog";
import { ApiKeyMenu } from "./api-key-menu";
import { expiryTone } from "./expiry-tone";
import { keyHref } from "./key-links";
import { keyNotes, keySelection } from "./load-dialogs";
import { sortedColumns } from "./sorted-columns";
import { useApiKeyFilters } from "./use-api-key-filters";
import { useKeySelection } from "./use-key-selection";

const KeyConcernNote = keyNotes.component("KeyConcernNote");
const ConcernEvidence = keyNotes.component("ConcernEvidence");
const RotateOffer = keyNotes.component("RotateOffer");
const ApiKeySelection = keySelection.component("ApiKeySelection");

export function ApiKeyTable({
  workspaceSlug,
  viewer,
  onCreate,
  onDialog,
}: {
  workspaceSlug: string;
  viewer: Viewer;
  onCreate: () => void;
  onDialog: (name: ApiKeyDialogName, apiKey: ApiKey) => void;
}) {
  const { query, sort, concern, filtered, clear, setFilters } = useApiKeyFilters(viewer);
  const list = useApiKeys(workspaceSlug, query);
  const keys = list.data && distinct(list.data.pages.flatMap((page) => page.keys));
  const { total = 0, hidden = 0 } = list.data?.pages.at(-1) ?? {};
  const filters = JSON.stringify([query.status, query.owner, query.search, concern]);
  const { selected, select, boxes } = useKeySelection(keys ?? [], viewer, filters);
  const columns = apiKeyColumns.map((column) =>
    column.id === "last-used" && concern
      ? {
          ...column,
          secondLine: (key: ApiKey) => (
            <ConcernEvidence workspaceSlug={workspaceSlug} concern={concern} apiKey={key} />
          ),
        }
      : column.id === "expires"
        ? {
            ...column,
            secondLine: (key: ApiKey) =>
              key.expiresAt &&
              expiryTone(key.expiresAt, new Date()) !== "calm" && (
                <RotateOffer viewer={viewer} apiKey={key} onRotate={() => onDialog("rotate", key)} />
              ),
          }
        : column,
  );
  const showRevoked = <Button onClick={() => setFilters({ status: "all" })}>Show revoked keys</Button>;

  return (
    <>
      {concern && <KeyConcernNote concern={concern} onClear={clear} />}
      <DataTable
        label="API keys"
        columns={sortedColumns(columns, sort, (next) => setFilters({ sort: next }))}
        rows={keys}
        rowKey={(key) => key.id}
        rowHref={(key) => keyHref(workspaceSlug, key.id)}
        rowActions={(key) => (
          <ApiKeyMenu workspaceSlug={workspaceSlug} viewer={viewer} apiKey={key} onDialog={onDialog} />
        )}
        dimmed={list.isPlaceholderData}
        selection={boxes}
        filtered={filtered || hidden > 0}
        error={
          list.isError &&
          !list.data && (
            <ErrorState
              title="Couldn’t load API keys"
              onRetry={() => void list.refetch()}
              retrying={list.isFetching}
            >
              {errorMessage(list.error)}
            </ErrorState>
          )
        }
        noMatch={
          <EmptyState
            title={filtered ? "No API keys match these filters." : "Every API key is revoked."}
            action={filtered ? <Button onClick={clear}>Clear filters</Button> : showRevoked}
          />
        }
        empty={
          <EmptyState
            picture={<KeyRound />}
            title="No API keys yet"
            action={<Button onClick={onCreate}>Create your first key</Button>}
          >
            Create one to let a program access this workspace.
          </EmptyState>
        }
        footer={
          keys &&
          keys.length > 0 && (
            <LoadMore
              hasMore={list.hasNextPage}
              pending={list.isFetchingNextPage}
              onLoadMore={() => void list.fetchNextPage()}
              error={list.isFetchNextPageError ? errorMessage(list.error) : undefined}
            >
              <span>{keys.length < total ? `${keys.length} of ${keyCount(total)}` : keyCount(total)}</span>
              {hidden > 0 && ` · ${hidden.toLocaleString("en-US")} revoked not shown`} ·{" "}
              <a href={keyExportHref(workspaceSlug, query)} download className="underline">
                Export as CSV
              </a>
            </LoadMore>
          )
        }
      />
      {selected.length > 0 && (
        <ApiKeySelection
          workspaceSlug={workspaceSlug}
          viewer={viewer}
          list={list}
          keys={selected}
          onSelect={select}
        />
      )}
    </>
  );
}

/** A key whose sort value changed between two pages is in both. */
function distinct(keys: ApiKey[]): ApiKey[] {
  const ids = new Set<string>();
  return keys.filter(({ id }) => !ids.has(id) && ids.add(id));
}

function keyCount(count: number): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? "key" : "keys"}`;
}
