"use client";

import { useState } from "react";
import { CodeBlock } from "@/components/ui/code-block";
import { DescriptionList } from "@/components/ui/description-list";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { ExactTime } from "@/components/ui/relative-time";
import { Sheet } from "@/components/ui/sheet";
import { Skeleton } from "@/components/ui/skeleton";
import { useDelivery } from "@/lib/client/use-delivery";
import type { DeliveryDetails } from "@/lib/contracts/deliveries";
import type { EventSubscription } from "@/lib/contracts/event-subscriptions";
import { DeliveryAttempts } from "./delivery-attempts";
import { DeliveryRequest } from "./delivery-request";
import { DeliveryStatusBadge } from "./delivery-status";

type Props = { workspaceSlug: string; subscription: EventSubscription };

/** The details of a delivery: its attempts as a timeline, and what was sent and answered in each. */
export function DeliverySheet({
  deliveryId,
  onClose,
  ...props
}: Props & { deliveryId: string; onClose: () => void }) {
  const { data, trouble, isMissing, retry } = useDelivery(
    props.workspaceSlug,
    props.subscription.id,
    deliveryId,
  );
  return (
    <Sheet
      wide
      onClose={onClose}
      title={data ? <span className="break-all font-mono">{data.type}</span> : "Delivery"}
      description={
        data && <DeliveryStatusBadge delivery={data} paused={props.subscription.status === "paused"} />
      }
    >
      {data ? (
        <>
          {trouble && (
            <p role="status" className="text-muted">
              {trouble === "unreachable"
                ? "Can’t reach the server, so what is shown may be out of date."
                : "Can’t load this delivery again right now."}
            </p>
          )}
          <LoadedDelivery {...props} delivery={data} />
        </>
      ) : isMissing ? (
        <EmptyState title="Delivery not found">
          Deliveries are deleted after a while, and with their subscription.
        </EmptyState>
      ) : trouble ? (
        <ErrorState title="Couldn’t load the delivery" onRetry={retry}>
          {trouble === "unreachable" ? "Can’t reach the server." : "Try again in a moment."}
        </ErrorState>
      ) : (
        <div role="status" className="grid gap-4">
          <span className="sr-only">Loading the delivery</span>
          <Skeleton className="h-16 w-full" />
          <Skeleton className="h-24 w-full" />
          <Skeleton className="h-64 w-full" />
        </div>
      )}
    </Sheet>
  );
}

function LoadedDelivery({ delivery, ...props }: Props & { delivery: DeliveryDetails }) {
  /** The place of the attempt that is shown. Null: the latest, also when there is a new one. */
  const [chosen, setChosen] = useState<number | null>(null);
  const { attempts } = delivery;
  const shown = chosen ?? attempts.length - 1;
  const attempt = attempts[shown];
  const nth = attempts.length > 1 ? ` of attempt ${shown + 1}` : "";
  return (
    <>
      <DescriptionList
        items={[
          { term: "Created", value: <ExactTime at={delivery.createdAt} /> },
          { term: "Event id", value: <span className="break-all font-mono">{delivery.eventId}</span> },
          { term: "Delivery id", value: <span className="break-all font-mono">{delivery.id}</span> },
        ]}
      />
      <DeliveryAttempts {...props} delivery={delivery} shown={shown} onShow={setChosen} />
      {attempt && (
        <section aria-labelledby="delivery-answer" className="grid gap-2">
          <h3 id="delivery-answer" className="font-semibold">
            Answer{nth}
          </h3>
          {attempt.status === null ? (
            <p className="text-muted">There was no answer. {attempt.error}</p>
          ) : (
            <>
              <p className="text-muted">
                HTTP status <span className="font-mono text-text">{attempt.status}</span>
                {attempt.answer === "" ? ", without a body." : ". The body’s first 4 KiB are kept."}
              </p>
              {attempt.answer !== "" && <CodeBlock label="answer" code={attempt.answer} scrolls wraps />}
            </>
          )}
        </section>
      )}
      <DeliveryRequest delivery={delivery} attempt={attempt} nth={nth} />
    </>
  );
}
