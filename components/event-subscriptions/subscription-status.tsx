"use client";

import { CirclePause, TriangleAlert } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import { RelativeTime } from "@/components/ui/relative-time";
import type { EventSubscription } from "@/lib/contracts/event-subscriptions";

/** Active, failing since, or paused since. */
export function SubscriptionStatus({ subscription }: { subscription: EventSubscription }) {
  const { status, pausedAt, pausedBecause, failingSince } = subscription;
  if (status === "paused")
    return (
      <Badge tone={pausedBecause === "person" ? "neutral" : "bad"} icon={<CirclePause aria-hidden />}>
        Paused{" "}
        {pausedAt && (
          <span className="font-normal">
            since <RelativeTime at={pausedAt} />
          </span>
        )}
      </Badge>
    );
  if (failingSince)
    return (
      <Badge tone="warn" icon={<TriangleAlert aria-hidden />}>
        Failing{" "}
        <span className="font-normal">
          since <RelativeTime at={failingSince} />
        </span>
      </Badge>
    );
  return <Badge tone="ok">Active</Badge>;
}
