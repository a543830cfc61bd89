"use client";

import { Send } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import { Button } from "@/components/ui/button";
import { DataTable } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { LoadMore } from "@/components/ui/load-more";
import { ApiError, errorMessage } from "@/lib/client/api-error";
import { useDeliveries } from "@/lib/client/use-deliveries";
import type { DeliveryView } from "@/lib/contracts/deliveries";
import type { EventSubscription } from "@/lib/contracts/event-subscriptions";
import { deliveryColumns } from "./delivery-columns";
import { DeliveryFilterFields } from "./delivery-filter-fields";
import { deliveryStatusLabels } from "./delivery-words";
import { holdRows } from "./hold-rows";
import { LiveLine } from "./live-line";
import { deliverySheet } from "./load-parts";
import { useDeliveryFilters } from "./use-delivery-filters";

const DeliverySheet = deliverySheet.component("DeliverySheet");

export function DeliveryTable({
  workspaceSlug,
  subscription,
  testButton,
}: {
  workspaceSlug: string;
  subscription: EventSubscription;
  /** Sends a test event, where there is nothing yet. */
  testButton: ReactNode;
}) {
  const { query, set, clear, openId, open } = useDeliveryFilters();
  const { list, trouble } = useDeliveries(workspaceSlug, subscription.id, query);
  const loaded = list.data?.pages.flatMap((page) => page.deliveries);
  const { rows, fresh, hold, release } = useHeldRows(loaded, JSON.stringify(query), openId !== null);
  const isPaused = subscription.status === "paused";
  const columns = useMemo(() => deliveryColumns(isPaused), [isPaused]);

  return (
    <div className="pt-2">
      <DeliveryFilterFields eventTypes={subscription.eventTypes} error={list.error} />
      <LiveLine trouble={trouble} fresh={fresh} paused={isPaused} onShow={() => release()} />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: only observes, so that rows don't move under a pointer or the focus. */}
      <div
        onPointerEnter={(event) => event.pointerType === "mouse" && hold("pointer")}
        onPointerLeave={() => release("pointer")}
        onFocus={() => hold("focus")}
        onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && release("focus")}
      >
        <DataTable
          label="Deliveries"
          columns={columns}
          rows={rows}
          rowKey={(delivery) => delivery.id}
          rowOpen={{
            label: (delivery) => `Details of ${delivery.type}, ${deliveryStatusLabels[delivery.status]}`,
            onOpen: (delivery) => deliverySheet.whenLoaded(() => open(delivery.id)),
            preload: deliverySheet.preload,
          }}
          dimmed={list.isPlaceholderData}
          filtered={set > 0}
          skeletonRows={8}
          rowLines={1}
          error={
            list.isError &&
            !list.data && (
              <ListError
                error={list.error}
                retrying={list.isFetching}
                onRetry={() => void list.refetch()}
                onClear={clear}
              />
            )
          }
          noMatch={
            <EmptyState
              title="No deliveries match these filters."
              action={<Button onClick={clear}>Clear filters</Button>}
            />
          }
          empty={
            <EmptyState picture={<Send />} title="Nothing has been sent yet." action={testButton}>
              Deliveries appear here as events happen.
            </EmptyState>
          }
          footer={
            rows &&
            rows.length > 0 && (
              <LoadMore
                hasMore={list.hasNextPage}
                pending={list.isFetchingNextPage}
                onLoadMore={() => void list.fetchNextPage()}
                error={list.isFetchNextPageError ? errorMessage(list.error) : undefined}
              >
                {rows.length.toLocaleString("en-US")}{" "}
                {list.hasNextPage ? "shown" : rows.length === 1 ? "delivery" : "deliveries"}
              </LoadMore>
            )
          }
        />
      </div>
      {openId !== null && (
        <DeliverySheet
          key={openId}
          workspaceSlug={workspaceSlug}
          subscription={subscription}
          deliveryId={openId}
          onClose={() => open(null)}
        />
      )}
    </div>
  );
}

type Reason = "pointer" | "focus";
type Held = { rows: readonly DeliveryView[]; query: string; reasons: readonly Reason[] };

/** Holds back new rows while the pointer or the focus is in the table, or a row is open. */
function useHeldRows(loaded: DeliveryView[] | undefined, query: string, isOpen: boolean) {
  const [held, setHeld] = useState<Held | null>(null);
  const isHolding = held !== null && held.query === query && (held.reasons.length > 0 || isOpen);
  const shown = isHolding && loaded ? holdRows(held.rows, loaded) : { rows: loaded, fresh: 0 };
  return {
    ...shown,
    hold(reason: Reason) {
      const reasons = isHolding ? [...held.reasons.filter((one) => one !== reason), reason] : [reason];
      setHeld({ rows: shown.rows ?? [], query, reasons });
    },
    /** Without a reason: for all. */
    release(reason?: Reason) {
      setHeld(held && reason ? { ...held, reasons: held.reasons.filter((one) => one !== reason) } : null);
    },
  };
}

/** Retrying can't fix an invalid filter, so this offers to clear the filters instead. */
function ListError({
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
  if (error instanceof ApiError && Object.keys(error.fields).length > 0)
    return (
      <EmptyState
        title="One of the filters isn’t valid."
        action={<Button onClick={onClear}>Clear filters</Button>}
      />
    );
  return (
    <ErrorState title="Couldn’t load the deliveries" onRetry={onRetry} retrying={retrying}>
      {errorMessage(error)}
    </ErrorState>
  );
}
