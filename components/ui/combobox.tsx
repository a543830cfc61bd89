"use client";

import { clsx } from "clsx";
import { type ComponentProps, type KeyboardEvent, useId, useRef, useState } from "react";
import { useFieldControl } from "./field";
import { type InputSize, inputStyle } from "./input-style";
import { panels } from "./load-panels";

const Suggestions = panels.component("Suggestions");

/** A text field with suggestions. Outside a Field, pass `aria-label`. */
export function Combobox({
  value,
  onValueChange,
  suggestions,
  filtered = false,
  isHeading,
  mono = false,
  size,
  className,
  onFocus,
  onBlur,
  ...rest
}: Omit<ComponentProps<"input">, "value" | "onChange" | "list" | "size"> & {
  value: string;
  onValueChange: (value: string) => void;
  suggestions: readonly string[];
  /** The caller has already filtered the suggestions. */
  filtered?: boolean;
  /** Which suggestions stand for the ones after them, up to the next such one. */
  isHeading?: (suggestion: string) => boolean;
  mono?: boolean;
  size?: InputSize;
}) {
  const control = useFieldControl(rest["aria-describedby"]);
  const listId = useId();
  const input = useRef<HTMLInputElement>(null);
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState(false);
  const [active, setActive] = useState(-1);

  const query = value.trim().toLowerCase();
  // Until something is typed, offer the whole list: the current value would hide every other choice.
  const matches =
    typed && !filtered
      ? suggestions.filter((suggestion) => suggestion.toLowerCase().includes(query))
      : suggestions;
  const expanded = open && matches.length > 0;
  // The suggestions may have become fewer since.
  const current = active < matches.length ? active : -1;

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
      const from = current < 0 && step < 0 ? 0 : current;
      setOpen(true);
      // Alt opens the list and leaves the choice to the next key.
      if (matches.length > 0 && !event.altKey) setActive((from + step + matches.length) % matches.length);
    } else if (event.key === "Enter" && expanded && matches[current] !== undefined) {
      event.preventDefault();
      choose(matches[current]);
    } else if (event.key === "Escape" && expanded) {
      // Close only the list, not the dialog around it.
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  }

  return (
    <>
      <input
        ref={input}
        type="text"
        autoComplete="off"
        spellCheck={false}
        {...rest}
        {...control}
        role="combobox"
        aria-expanded={expanded}
        aria-controls={expanded ? listId : undefined}
        aria-autocomplete="list"
        aria-activedescendant={expanded && current >= 0 ? `${listId}-${current}` : undefined}
        value={value}
        onChange={(event) => {
          onValueChange(event.target.value);
          setTyped(true);
          setActive(-1);
          setOpen(true);
        }}
        onMouseDown={() => setOpen(true)}
        onPointerEnter={panels.preload}
        onFocus={(event) => {
          panels.preload();
          onFocus?.(event);
        }}
        onKeyDown={onKeyDown}
        onBlur={(event) => {
          close();
          onBlur?.(event);
        }}
        className={clsx(inputStyle({ size, mono }), className)}
      />
      {expanded && (
        <Suggestions
          id={listId}
          anchor={input}
          matches={matches}
          value={value}
          active={current}
          mono={mono}
          isHeading={isHeading}
          onChoose={choose}
          onDismiss={close}
        />
      )}
    </>
  );
}
