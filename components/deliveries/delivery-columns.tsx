import { latencyText } from "@/components/event-subscriptions/health-words";
import { BreakAfter } from "@/components/ui/break-after";
import type { Column } from "@/components/ui/data-table-column";
import { RelativeTime } from "@/components/ui/relative-time";
import type { DeliveryView } from "@/lib/contracts/deliveries";
import { DeliveryStatusBadge } from "./delivery-status";

/** @param paused Whether the subscription is, so that nothing is sent. */
export function deliveryColumns(paused: boolean): Column<DeliveryView>[] {
  return [
    {
      id: "time",
      header: "Time",
      width: "w-32",
      cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
    },
    {
      id: "type",
      header: "Type",
      wide: true,
      cell: ({ type }) => (
        <span className="font-mono">
          <BreakAfter text={type} separator="." />
        </span>
      ),
    },
    {
      id: "status",
      header: "Status",
      width: "sm:w-80",
      cell: (delivery) => <DeliveryStatusBadge delivery={delivery} paused={paused} />,
      secondLine: ({ status, lastError }) =>
        lastError !== null && status !== "delivered" ? (
          <span className="wrap-anywhere">{lastError}</span>
        ) : null,
    },
    {
      id: "attempts",
      header: "Attempts",
      align: "right",
      hideBelow: "lg",
      cell: ({ attemptCount }) => attemptCount.toLocaleString("en-US"),
    },
    {
      id: "http",
      header: "HTTP status",
      align: "right",
      hideBelow: "rail",
      cell: ({ lastStatus, attemptCount }) =>
        lastStatus ?? <span className="text-muted">{attemptCount > 0 ? "No answer" : "–"}</span>,
    },
    {
      id: "latency",
      header: "Latency",
      align: "right",
      hideBelow: "rail",
      cell: ({ lastLatencyMs }) =>
        lastLatencyMs === null ? <span className="text-muted">–</span> : latencyText(lastLatencyMs),
    },
  ];
}
