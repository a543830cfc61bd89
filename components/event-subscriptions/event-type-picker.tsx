"use client";

import { useId } from "react";
import { Checkbox } from "@/components/ui/checkbox";
import { FieldError } from "@/components/ui/field";
import { type EventType, eventTypes } from "@/lib/contracts/event-types";
import {
  chooseEvery,
  chooseGroup,
  chooseType,
  type EventTypeGroup,
  eventTypeGroups,
  isEveryChosen,
} from "./event-type-groups";

/** Chooses event types by group. A whole group is stored as its wildcard, so that it includes types that are added later. */
export function EventTypePicker({
  chosen,
  onChange,
  error,
}: {
  chosen: readonly string[];
  onChange: (names: string[]) => void;
  error: string | undefined;
}) {
  const id = useId();
  const every = isEveryChosen(chosen);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset can't be a grid in every browser.
    <div
      role="group"
      aria-labelledby={`${id}-label`}
      aria-describedby={error ? `${id}-error` : undefined}
      className="grid gap-1.5"
    >
      <span id={`${id}-label`} className="font-medium">
        Event types
      </span>
      <div className="rounded-control border border-line overscroll-contain sm:max-h-80 sm:overflow-y-auto">
        <div className="border-b px-3 py-2.5">
          <Checkbox
            label="Every event"
            hint="Also types that are added later, and your own."
            checked={every}
            onChange={(event) => onChange(chooseEvery(event.target.checked))}
          />
        </div>
        {eventTypeGroups.map((group) => (
          <Group key={group.wildcard} group={group} chosen={chosen} every={every} onChange={onChange} />
        ))}
      </div>
      {error && <FieldError id={`${id}-error`}>{error}</FieldError>}
    </div>
  );
}

function Group({
  group,
  chosen,
  every,
  onChange,
}: {
  group: EventTypeGroup;
  chosen: readonly string[];
  every: boolean;
  onChange: (names: string[]) => void;
}) {
  const id = useId();
  const whole = every || chosen.includes(group.wildcard);
  return (
    <div className="border-b last:border-b-0">
      <div className="flex items-baseline justify-between gap-3 bg-sunken px-3 py-1.5">
        <span id={id} className="font-medium text-muted text-sm">
          {group.label}
        </span>
        {group.types.length > 1 && (
          <Checkbox
            label={
              <span className="text-sm">
                All<span className="sr-only"> events of the group {group.label}</span>
              </span>
            }
            checked={whole}
            disabled={every}
            onChange={(event) => onChange(chooseGroup(chosen, group, event.target.checked))}
          />
        )}
      </div>
      <ul aria-labelledby={id} className="grid">
        {group.types.map((type) => (
          <TypeRow
            key={type}
            type={type}
            checked={whole || chosen.includes(type)}
            disabled={whole}
            onChange={(on) => onChange(chooseType(chosen, type, on))}
          />
        ))}
      </ul>
    </div>
  );
}

function TypeRow({
  type,
  checked,
  disabled,
  onChange,
}: {
  type: EventType;
  checked: boolean;
  disabled: boolean;
  onChange: (on: boolean) => void;
}) {
  return (
    <li className="px-3 py-1.5">
      <Checkbox
        label={<span className="font-mono text-sm">{type}</span>}
        hint={eventTypes[type]}
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
      />
    </li>
  );
}
