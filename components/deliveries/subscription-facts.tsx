import type { ReactNode } from "react";
import { eventCount, latencyText } from "@/components/event-subscriptions/health-words";
import { Card } from "@/components/ui/card";
import { DescriptionList } from "@/components/ui/description-list";
import { ExactTime, RelativeTime } from "@/components/ui/relative-time";
import type { EventSubscription } from "@/lib/contracts/event-subscriptions";

export function SubscriptionFacts({ subscription }: { subscription: EventSubscription }) {
  return (
    <Card>
      <DescriptionList columns={2} items={factsOf(subscription)} />
    </Card>
  );
}

function factsOf(subscription: EventSubscription): { term: string; value: ReactNode }[] {
  const { eventTypes, filters, previousSecretExpiresAt, lastError, waiting, lastDay } = subscription;
  const { keys, environments } = filters;
  return [
    { term: "Event types", value: <Lines lines={eventTypes} /> },
    {
      term: "Last error",
      value: lastError ?? <span className="text-muted">None since the last success</span>,
    },
    ...(keys.length > 0
      ? [{ term: "Limited to keys", value: <Lines lines={keys.map(({ id, name }) => name ?? id)} plain /> }]
      : []),
    ...(environments.length > 0
      ? [{ term: "Limited to environments", value: <Lines lines={environments} plain /> }]
      : []),
    { term: "Waiting", value: sentence(eventCount(waiting)) },
    {
      term: "Signing secret",
      value: previousSecretExpiresAt ? (
        <>
          The old secret also signs until <ExactTime at={previousSecretExpiresAt} />
        </>
      ) : (
        "Only the current secret signs"
      ),
    },
    {
      term: "Average latency",
      value:
        lastDay.averageLatencyMs === null ? (
          <span className="text-muted">No attempts in the last 24 hours</span>
        ) : (
          `${latencyText(lastDay.averageLatencyMs)} in the last 24 hours`
        ),
    },
    {
      term: "Created",
      value: (
        <>
          <RelativeTime at={subscription.createdAt} />
          {subscription.createdBy.name && ` by ${subscription.createdBy.name}`}
        </>
      ),
    },
  ];
}

function Lines({ lines, plain = false }: { lines: readonly string[]; plain?: boolean }) {
  return (
    <ul className="grid gap-0.5">
      {lines.map((line) => (
        <li key={line} className={plain ? "wrap-anywhere" : "break-all font-mono"}>
          {line === "*" ? <span className="font-sans">Every event</span> : line}
        </li>
      ))}
    </ul>
  );
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
