"use client";

import { FilterGrid } from "@/components/filters/filter-grid";
import { FilterPick } from "@/components/filters/filter-input";
import { TimeFilter } from "@/components/filters/time-filter";
import { ApiError } from "@/lib/client/api-error";
import { type DeliveryStatus, deliveryStatuses } from "@/lib/contracts/deliveries";
import { eventTypeNames, testEventType } from "@/lib/contracts/event-types";
import { deliveryStatusLabels } from "./delivery-words";
import { useDeliveryFilters } from "./use-delivery-filters";

const any = { value: "", label: "Any" };
const statusOptions: { value: DeliveryStatus | ""; label: string }[] = [
  { value: "", label: "Any" },
  ...deliveryStatuses.map((value) => ({ value, label: deliveryStatusLabels[value] })),
];

export function DeliveryFilterFields({ eventTypes, error }: { eventTypes: string[]; error: unknown }) {
  const { filters, set, setFilters, clear } = useDeliveryFilters();
  const wrong = error instanceof ApiError ? error.fields : {};
  const types = typesToChoose(eventTypes, filters.type);
  return (
    <FilterGrid set={set} onClear={clear}>
      <FilterPick
        label="Status"
        value={deliveryStatuses.find((known) => known === filters.status) ?? ""}
        options={statusOptions}
        onValueChange={(status) => setFilters({ status })}
      />
      <FilterPick
        label="Type"
        value={filters.type}
        options={[any, ...types.map((type) => ({ value: type, label: type }))]}
        onValueChange={(type) => setFilters({ type })}
      />
      <TimeFilter
        label="From"
        value={filters.from}
        error={wrong.from}
        onValueChange={(from) => setFilters({ from })}
      />
      <TimeFilter label="To" value={filters.to} error={wrong.to} onValueChange={(to) => setFilters({ to })} />
    </FilterGrid>
  );
}

/** Types that the subscription can have: those that it names, by name or by their beginning, and tests. */
function typesToChoose(eventTypes: string[], chosen: string): string[] {
  const isNamed = (type: string) =>
    eventTypes.some((name) => (name.endsWith("*") ? type.startsWith(name.slice(0, -1)) : name === type));
  const own = eventTypes.filter((name) => !name.endsWith("*"));
  const types = [...eventTypeNames.filter(isNamed), ...own, testEventType, ...(chosen ? [chosen] : [])];
  return [...new Set(types)];
}
