"use client";

import { BarChart } from "@/components/ui/bar-chart";
import { Card } from "@/components/ui/card";
import { ErrorState } from "@/components/ui/error-state";
import { formatIn } from "@/components/ui/format-in";
import { useAlive, useLocale, useTimeZone } from "@/components/ui/relative-time";
import { Skeleton } from "@/components/ui/skeleton";
import { errorMessage } from "@/lib/client/api-error";
import { useApiKeyActivity } from "@/lib/client/use-api-key";
import type { ApiKeyActivity } from "@/lib/contracts/api-keys";
import { bucketHours } from "./activity-buckets";
import { totalActivity } from "./total-activity";

const hoursPerBar = 3;
const series = [
  { id: "allowed", label: "Allowed", tone: "accent" },
  { id: "denied", label: "Denied", tone: "bad" },
] as const;

export function ApiKeyActivityChart({ workspaceSlug, keyId }: { workspaceSlug: string; keyId: string }) {
  const activity = useApiKeyActivity(workspaceSlug, keyId);
  return (
    <Card>
      {activity.data ? (
        <WeekChart hours={activity.data.hours} />
      ) : activity.isError ? (
        <ErrorState
          title="Couldn’t load the key’s activity"
          onRetry={() => void activity.refetch()}
          retrying={activity.isFetching}
        >
          {errorMessage(activity.error)}
        </ErrorState>
      ) : (
        <Skeleton className="h-43 w-full" />
      )}
    </Card>
  );
}

function WeekChart({ hours }: { hours: ApiKeyActivity["hours"] }) {
  const { allowed, denied } = totalActivity(hours);
  const spans = formatIn(useTimeZone(), spanOptions, useLocale());
  const alive = useAlive();
  const count = (number: number) => number.toLocaleString("en-US");
  const title =
    allowed + denied === 0
      ? "No requests in the last 7 days"
      : `${count(allowed + denied)} ${allowed + denied === 1 ? "request" : "requests"} in the last 7 days, ${count(denied)} denied`;
  const bars = bucketHours(hours, hoursPerBar).map((bucket) => ({
    id: bucket.start,
    // Node.js and browsers space a range differently.
    label: alive ? spans.formatRange(new Date(bucket.start), new Date(bucket.end)) : bucket.start,
    values: { allowed: bucket.allowed, denied: bucket.denied },
  }));
  return <BarChart title={title} series={series} bars={bars} axis={["7 days ago", "now"]} />;
}

const spanOptions: Intl.DateTimeFormatOptions = {
  weekday: "short",
  day: "numeric",
  month: "short",
  hour: "numeric",
  minute: "2-digit",
};
