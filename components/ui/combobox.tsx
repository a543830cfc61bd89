"use client";

import { clsx } from "clsx";
import { type ComponentProps, type KeyboardEvent, useId, useState } from "react";
import { useFieldControl } from "./field";
import { type InputSize, inputStyle } from "./input-style";

/** A line of text with suggestions; anything may be typed. Inside a Field its label names it; elsewhere give `aria-label`. */
export function Combobox({
  value,
  onValueChange,
  suggestions,
  filtered = false,
  mono = false,
  size,
  className,
  onBlur,
  ...rest
}: Omit<ComponentProps<"input">, "value" | "onChange" | "list" | "size"> & {
  value: string;
  onValueChange: (value: string) => void;
  suggestions: readonly string[];
  /** The suggestions are already those that match. */
  filtered?: boolean;
  mono?: boolean;
  size?: InputSize;
}) {
  const control = useFieldControl(rest["aria-describedby"]);
  const listId = useId();
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState(false);
  const [active, setActive] = useState(-1);

  const query = value.trim().toLowerCase();
  // Before anything is typed the whole list is offered, or the present value would hide every other choice.
  const matches =
    typed && !filtered
      ? suggestions.filter((suggestion) => suggestion.toLowerCase().includes(query))
      : suggestions;
  const expanded = open && matches.length > 0;

  function close() {
    setOpen(false);
    setTyped(false);
    setActive(-1);
  }

  function choose(suggestion: string) {
    onValueChange(suggestion);
    close();
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const from = active < 0 && step < 0 ? 0 : active;
      if (expanded) setActive((from + step + matches.length) % matches.length);
      setOpen(true);
    } else if (event.key === "Enter" && expanded && matches[active] !== undefined) {
      event.preventDefault();
      choose(matches[active]);
    } else if (event.key === "Escape" && expanded) {
      // The list alone closes: the dialog around it stays.
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  }

  return (
    <div className="relative">
      <input
        type="text"
        autoComplete="off"
        spellCheck={false}
        {...rest}
        {...control}
        role="combobox"
        aria-expanded={expanded}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={expanded && active >= 0 ? `${listId}-${active}` : undefined}
        value={value}
        onChange={(event) => {
          onValueChange(event.target.value);
          setTyped(true);
          setActive(-1);
          setOpen(true);
        }}
        onMouseDown={() => setOpen(true)}
        onKeyDown={onKeyDown}
        onBlur={(event) => {
          close();
          onBlur?.(event);
        }}
        className={clsx(inputStyle({ size, mono }), className)}
      />
      <div
        id={listId}
        role="listbox"
        aria-label="Suggestions"
        hidden={!expanded}
        className="absolute inset-x-0 top-full z-20 mt-1 max-h-60 animate-rise overflow-y-auto rounded-control bg-surface p-1 shadow-float"
      >
        {matches.map((suggestion, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the input, which names the active option.
          // biome-ignore lint/a11y/useKeyWithClickEvents: the input handles the keys.
          <div
            key={suggestion}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={suggestion === value}
            // The input must not lose its focus before the click arrives.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(suggestion)}
            className={clsx(
              "cursor-default rounded-sm px-2 py-1.5 hover:bg-hover max-sm:py-3",
              mono && "font-mono text-sm",
              index === active && "bg-hover",
            )}
          >
            {suggestion}
          </div>
        ))}
      </div>
    </div>
  );
}
