"use client";

import { ChevronDown } from "lucide-react";
import { useId, useState } from "react";
import { Checkbox } from "@/components/ui/checkbox";
import { CodeBlock } from "@/components/ui/code-block";
import { FieldError } from "@/components/ui/field";
import { eventExample } from "@/lib/contracts/event-examples";
import { type EventType, eventTypes } from "@/lib/contracts/event-types";
import {
  chooseEvery,
  chooseGroup,
  chooseType,
  type EventTypeGroup,
  eventTypeGroups,
  isEveryChosen,
} from "./event-type-groups";

/**
 * Chooses event types by group. A whole group is stored as its wildcard, so that it includes types that are added later. Single
 * types are folded away, each with an example of what is sent.
 */
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
      className="grid grid-cols-[minmax(0,1fr)] gap-1.5"
    >
      <span id={`${id}-label`} className="font-medium">
        Event types
      </span>
      <div className="divide-y rounded-control border">
        <div className="px-3 py-2.5 max-sm:py-1">
          <Checkbox
            label="Every event"
            hint="Includes your own types and types that are added later."
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
  const [unfolded, setUnfolded] = useState(false);
  const whole = every || chosen.includes(group.wildcard);
  return (
    <div>
      <div className="flex items-center justify-between gap-3 py-1 pr-1.5 pl-3">
        <Checkbox
          label={group.label}
          checked={whole}
          disabled={every}
          onChange={(event) => onChange(chooseGroup(chosen, group, event.target.checked))}
        />
        <button
          type="button"
          aria-expanded={unfolded}
          aria-controls={unfolded ? id : undefined}
          onClick={() => setUnfolded(!unfolded)}
          className="group inline-flex items-center gap-1.5 rounded-control px-1.5 py-1 text-muted text-sm hover:text-text max-sm:py-3"
        >
          <Summary group={group} chosen={chosen} whole={whole} />
          <span className="sr-only">. Choose types of {group.label}</span>
          <ChevronDown
            aria-hidden
            className="size-4 transition-transform duration-150 group-aria-expanded:rotate-180"
          />
        </button>
      </div>
      {unfolded && (
        <ul
          id={id}
          aria-label={group.label}
          className="grid grid-cols-[minmax(0,1fr)] gap-2.5 bg-sunken py-3 pr-3 pl-9.5"
        >
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
      )}
    </div>
  );
}

/** How many types of a group are chosen: its checkbox is only for all of them. */
function Summary({
  group: { types },
  chosen,
  whole,
}: {
  group: EventTypeGroup;
  chosen: readonly string[];
  whole: boolean;
}) {
  const count = types.filter((type) => chosen.includes(type)).length;
  if (whole || count > 0)
    return <span className="font-medium text-text">{whole ? "All" : `${count} of ${types.length}`}</span>;
  return types.length === 1 ? "1 type" : `${types.length} types`;
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
  const id = useId();
  const [example, setExample] = useState(false);
  return (
    <li className="grid grid-cols-[minmax(0,1fr)] gap-2">
      <div className="flex items-start justify-between gap-3">
        <Checkbox
          label={<span className="font-mono text-sm wrap-anywhere">{type}</span>}
          hint={eventTypes[type]}
          checked={checked}
          disabled={disabled}
          onChange={(event) => onChange(event.target.checked)}
        />
        <button
          type="button"
          aria-expanded={example}
          aria-controls={example ? id : undefined}
          onClick={() => setExample(!example)}
          className="shrink-0 rounded-control py-0.5 text-muted text-sm underline-offset-4 hover:text-text hover:underline max-sm:py-2.5"
        >
          {example ? "Hide example" : "Example"}
          <span className="sr-only"> of {type}</span>
        </button>
      </div>
      {example && (
        <div id={id}>
          <CodeBlock
            label={`example of ${type}`}
            code={JSON.stringify(eventExample(type), null, 2)}
            scrolls
          />
        </div>
      )}
    </li>
  );
}
