import type { Column } from "@/components/ui/data-table-column";
import type { EventSubscription } from "@/lib/contracts/event-subscriptions";
import { HealthBars } from "./health-bars";
import { eventCount, latencyText, pauseSentence, sentenceCase, successRate } from "./health-words";
import { SubscriptionStatus } from "./subscription-status";

const shownTypes = 3;

export const subscriptionColumns: Column<EventSubscription>[] = [
  {
    id: "endpoint",
    header: "Endpoint",
    wide: true,
    cell: ({ endpointUrl }) => <EndpointUrl url={endpointUrl} />,
    secondLine: (subscription) => <EventTypes subscription={subscription} />,
  },
  {
    id: "status",
    header: "Status",
    cell: (subscription) => <SubscriptionStatus subscription={subscription} />,
    secondLine: (subscription) => <StatusDetail subscription={subscription} />,
  },
  {
    id: "day",
    header: "Last 24 hours",
    width: "w-36",
    cell: ({ lastDay }) => <HealthBars hours={lastDay.hours} />,
  },
  {
    id: "success",
    header: "Success",
    align: "right",
    cell: ({ lastDay }) => successRate(lastDay.hours) ?? <None />,
  },
  {
    id: "latency",
    header: "Latency",
    align: "right",
    hideBelow: "lg",
    cell: ({ lastDay: { averageLatencyMs } }) =>
      averageLatencyMs === null ? <None /> : latencyText(averageLatencyMs),
  },
];

/** The scheme is the same for all, so it steps back. */
function EndpointUrl({ url }: { url: string }) {
  const [scheme, rest] = [url.slice(0, "https://".length), url.slice("https://".length)];
  return (
    <>
      <span className="font-normal text-muted">{scheme}</span>
      {rest}
    </>
  );
}

function EventTypes({ subscription: { eventTypes, filters } }: { subscription: EventSubscription }) {
  const hasFilter = filters.keys.length > 0 || filters.environments.length > 0;
  return (
    <>
      {eventTypes.includes("*") ? (
        "Every event"
      ) : (
        <>
          <span className="font-mono text-xs wrap-anywhere">
            {eventTypes.slice(0, shownTypes).join(", ")}
          </span>
          {eventTypes.length > shownTypes && ` and ${eventTypes.length - shownTypes} more`}
        </>
      )}
      {hasFilter && " · filtered"}
    </>
  );
}

function StatusDetail({ subscription }: { subscription: EventSubscription }) {
  const { waiting, status, pausedBecause } = subscription;
  const reason = pauseSentence(subscription);
  // The reason already says that it answered 410.
  const lastError = pausedBecause === "gone" ? null : subscription.lastError;
  if (!reason && !lastError && (status === "active" || waiting === 0)) return null;
  return (
    <div className="grid max-w-72 gap-0.5 wrap-anywhere">
      {reason && <span>{reason}</span>}
      {lastError && <span>{reason ? `Last error: ${lastError}` : lastError}</span>}
      {status === "paused" && waiting > 0 && <span>{sentenceCase(eventCount(waiting))} waiting.</span>}
    </div>
  );
}

function None() {
  return <span className="text-muted">–</span>;
}
