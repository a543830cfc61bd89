import { type DeliveryFilters, deliveryFilterNames } from "@/lib/client/queries/deliveries";
import { readFilters } from "@/lib/client/url-filters";

/** The filters in the URL, and the query for those that are set. */
export function readDeliveryFilters(search: { get(name: string): string | null }) {
  const filters = readFilters(search, deliveryFilterNames);
  const query: DeliveryFilters = {};
  for (const name of deliveryFilterNames) {
    const value = filters[name].trim();
    if (value !== "") query[name] = value;
  }
  return { filters, query, set: Object.keys(query).length };
}
