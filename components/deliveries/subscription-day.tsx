"use client";

import { healthSentence } from "@/components/event-subscriptions/health-words";
import { BarChart } from "@/components/ui/bar-chart";
import { Card } from "@/components/ui/card";
import { formatIn } from "@/components/ui/format-in";
import { useAlive, useLocale, useTimeZone } from "@/components/ui/relative-time";
import type { EventSubscription } from "@/lib/contracts/event-subscriptions";

const series = [
  { id: "delivered", label: "Delivered", tone: "ok" },
  { id: "retried", label: "Delivered after retries", tone: "warn" },
  { id: "failed", label: "Failed attempts", tone: "bad" },
] as const;

/** The attempts of the last 24 hours, one bar for each hour. */
export function SubscriptionDay({ subscription: { lastDay } }: { subscription: EventSubscription }) {
  const times = formatIn(
    useTimeZone(),
    { weekday: "short", hour: "numeric", minute: "2-digit" },
    useLocale(),
  );
  const alive = useAlive();
  const bars = lastDay.hours.map(({ hour, delivered, retried, failed }) => ({
    id: hour,
    label: alive ? `From ${times.format(new Date(hour))}` : hour,
    values: { delivered, retried, failed },
  }));
  return (
    <Card>
      <BarChart
        title={healthSentence(lastDay.hours)}
        series={series}
        bars={bars}
        axis={["24 hours ago", "now"]}
        height={96}
      />
    </Card>
  );
}
