import type { DeliveryDetails, DeliveryPage, DeliveryView } from "@/lib/contracts/deliveries";
import type { DeliveryListQuery } from "@/lib/contracts/event-subscription-input";
import type { Actor } from "../actor";
import { timeOfId } from "../new-id";
import { type Delivery, type DeliveryWithAttempts, listDeliveries } from "./deliveries";

/** Deliveries as the console shows them. */
export async function viewDeliveries(
  actor: Actor,
  subscriptionId: string,
  query: DeliveryListQuery,
): Promise<DeliveryPage> {
  const { deliveries, nextCursor } = await listDeliveries(actor, subscriptionId, query);
  return { deliveries: deliveries.map(viewDelivery), nextCursor };
}

export function viewDeliveryDetails({ body, attempts, ...delivery }: DeliveryWithAttempts): DeliveryDetails {
  return { ...viewDelivery(delivery), body, attempts };
}

function viewDelivery(delivery: Delivery): DeliveryView {
  return {
    ...delivery,
    createdAt: timeOfId(delivery.id),
    nextAttemptAt: delivery.nextAttemptAt?.toISOString() ?? null,
    deliveredAt: delivery.deliveredAt?.toISOString() ?? null,
  };
}
