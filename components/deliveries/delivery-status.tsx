"use client";

import { CircleCheck, CircleDashed, CircleSlash, CircleX, Clock, RefreshCw } from "lucide-react";
import { Badge, type Tone } from "@/components/ui/badge";
import { useAlive } from "@/components/ui/relative-time";
import type { DeliveryView } from "@/lib/contracts/deliveries";
import { deliveryStatusText } from "./delivery-words";

/** What became of a delivery: green delivered, amber after retries or waiting for one, red failed. */
export function DeliveryStatusBadge({ delivery, paused }: { delivery: DeliveryView; paused: boolean }) {
  const alive = useAlive();
  const { tone, Icon } = look(delivery);
  return (
    <Badge tone={tone} icon={<Icon aria-hidden />}>
      {deliveryStatusText(delivery, { now: alive ? Date.now() : null, paused })}
    </Badge>
  );
}

function look({ status, attemptCount }: DeliveryView): { tone: Tone; Icon: typeof Clock } {
  const tried = attemptCount > 0;
  switch (status) {
    case "delivered":
      return attemptCount > 1 ? { tone: "warn", Icon: RefreshCw } : { tone: "ok", Icon: CircleCheck };
    case "failed":
      return { tone: "bad", Icon: CircleX };
    case "skipped":
      return { tone: "neutral", Icon: CircleSlash };
    case "pending":
      return tried ? { tone: "warn", Icon: Clock } : { tone: "neutral", Icon: CircleDashed };
  }
}
