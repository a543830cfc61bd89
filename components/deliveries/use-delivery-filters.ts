import { deliveryFilterNames } from "@/lib/client/queries/deliveries";
import { useUrlFilters } from "@/lib/client/use-url-filters";
import { readDeliveryFilters } from "./read-delivery-filters";

/** The filters and the open delivery, all in the URL. */
export function useDeliveryFilters() {
  const { search, setFilters } = useUrlFilters<(typeof deliveryFilterNames)[number] | "delivery">();
  return {
    ...readDeliveryFilters(search),
    setFilters,
    clear: () => setFilters(Object.fromEntries(deliveryFilterNames.map((name) => [name, ""]))),
    openId: search.get("delivery"),
    open: (id: string | null) => setFilters({ delivery: id ?? "" }),
  };
}
