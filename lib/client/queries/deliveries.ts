import type { DeliveryDetails, DeliveryPage } from "@/lib/contracts/deliveries";
import { apiRequest } from "../api-client";
import { deliveryKeys } from "../delivery-keys";
import { queryString } from "../query-string";
import { oneQuery, pagesQuery } from "./make-query";
import { eventSubscriptionPath } from "./paths";

export const deliveryFilterNames = ["status", "type", "from", "to"] as const;
export type DeliveryFilters = Partial<Record<(typeof deliveryFilterNames)[number], string>>;

export const deliveryPageSize = 50;

/** A subscription's deliveries in pages, newest first. */
export function deliveriesQuery(workspace: string, subscriptionId: string, filters: DeliveryFilters) {
  return pagesQuery(deliveryKeys.list(workspace, subscriptionId, filters), (cursor, signal) =>
    requestDeliveries(workspace, subscriptionId, filters, { cursor, signal }),
  );
}

export function requestDeliveries(
  workspace: string,
  subscriptionId: string,
  filters: DeliveryFilters,
  { cursor = null, ...options }: { cursor?: string | null; signal: AbortSignal; background?: boolean },
): Promise<DeliveryPage> {
  const search = queryString({ ...filters, limit: deliveryPageSize, cursor });
  return apiRequest<DeliveryPage>(
    `${eventSubscriptionPath(workspace, subscriptionId)}/deliveries${search}`,
    options,
  );
}

export function deliveryQuery(workspace: string, subscriptionId: string, id: string) {
  return oneQuery<DeliveryDetails>(
    deliveryKeys.one(workspace, subscriptionId, id),
    deliveryPath(workspace, subscriptionId, id),
    { background: true },
  );
}

export function deliveryPath(workspace: string, subscriptionId: string, id: string): string {
  return `${eventSubscriptionPath(workspace, subscriptionId)}/deliveries/${encodeURIComponent(id)}`;
}
