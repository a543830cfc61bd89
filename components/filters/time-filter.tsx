"use client";

import { useTimeZone } from "@/components/ui/relative-time";
import { FilterInput } from "./filter-input";
import { fromLocalField, toLocalField } from "./local-time";

/** A time, shown in the viewer's zone. The value is RFC 3339. */
export function TimeFilter({
  value,
  onValueChange,
  ...rest
}: {
  label: string;
  value: string;
  error: string | undefined;
  onValueChange: (time: string) => void;
}) {
  const zone = useTimeZone();
  return (
    <div className="grid max-sm:col-span-2">
      <FilterInput
        {...rest}
        type="datetime-local"
        value={toLocalField(value, zone)}
        onValueChange={(text) => onValueChange(fromLocalField(text, zone))}
      />
    </div>
  );
}
