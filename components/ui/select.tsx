"use client";

import { clsx } from "clsx";
import { ChevronDown } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";
import { useFieldControl } from "./field";
import { type InputSize, inputStyle } from "./input-style";
import { panels } from "./load-panels";
import type { SelectOption } from "./select-list";
import { createTypeahead } from "./typeahead";

const SelectList = panels.component("SelectList");
const pageSize = 10;

/**
 * A select. Outside a Field, pass `aria-label`. The focus stays on the button, a combobox to assistive technology, which names
 * the active option.
 */
export function Select<Value extends string>({
  value,
  onValueChange,
  options,
  placeholder,
  disabled,
  size = "medium",
  prefix,
  className,
  name,
  "aria-label": ariaLabel,
}: {
  value: Value;
  onValueChange: (value: Value) => void;
  options: readonly SelectOption<Value>[];
  placeholder?: string;
  disabled?: boolean;
  size?: InputSize;
  /** Before the value inside the button, such as "Status:". */
  prefix?: ReactNode;
  className?: string;
  name?: string;
  "aria-label"?: string;
}) {
  const control = useFieldControl();
  const listId = useId();
  const button = useRef<HTMLButtonElement>(null);
  const [find] = useState(createTypeahead);
  const [lastActive, setActive] = useState(-1);
  const [open, setOpen] = useState(false);
  // The options may have become fewer since.
  const active = lastActive < options.length ? lastActive : -1;
  const selected = options.findIndex((option) => option.value === value);
  const label = options[selected]?.label;

  function show(at = selected < 0 ? after(-1, 1) : selected) {
    panels.whenLoaded(() => {
      setActive(at);
      setOpen(true);
    });
  }

  function choose(index: number) {
    const option = options[index];
    if (!option || option.disabled) return;
    setOpen(false);
    button.current?.focus();
    if (option.value !== value) onValueChange(option.value);
  }

  /** The option that many selectable options further, or the last one in that direction; -1 if there is none. */
  function after(from: number, by: 1 | -1, times = 1): number {
    let found = -1;
    for (let index = from + by, left = times; left > 0 && index in options; index += by) {
      if (options[index]?.disabled) continue;
      found = index;
      left -= 1;
    }
    return found;
  }

  function step(from: number, by: 1 | -1, times = 1) {
    const next = after(from, by, times);
    if (next >= 0) setActive(next);
  }

  function onKeyDown(event: KeyboardEvent) {
    const found =
      event.ctrlKey || event.metaKey || event.altKey
        ? -1
        : find(
            event.key,
            options.map((option) => (option.disabled ? "" : option.label)),
            open ? active : selected,
          );
    if (!open) {
      if (!["ArrowDown", "ArrowUp", "Home", "End", "Enter", " "].includes(event.key) && found < 0) return;
      if (found >= 0) show(found);
      else if (event.key === "Home") show(after(-1, 1));
      else if (event.key === "End") show(after(options.length, -1));
      else show();
    } else if (event.key === "ArrowUp" && event.altKey) choose(active);
    else if (event.key === "ArrowDown") step(active, 1);
    else if (event.key === "ArrowUp") step(active, -1);
    else if (event.key === "PageDown") step(active, 1, pageSize);
    else if (event.key === "PageUp") step(active, -1, pageSize);
    else if (event.key === "Home") step(-1, 1);
    else if (event.key === "End") step(options.length, -1);
    else if (event.key === "Enter" || (event.key === " " && found < 0)) choose(active);
    else if (event.key === "Escape") setOpen(false);
    // As in the browser's own lists: Tab takes the option and goes on.
    else if (event.key === "Tab") return choose(active);
    else if (found >= 0) setActive(found);
    else return;
    event.preventDefault();
    // Escape closes only the list, not the dialog around it.
    event.stopPropagation();
  }

  return (
    <>
      <button
        {...control}
        ref={button}
        type="button"
        role="combobox"
        aria-label={ariaLabel}
        aria-haspopup="listbox"
        aria-expanded={open}
        aria-controls={open ? listId : undefined}
        aria-activedescendant={open && active >= 0 ? `${listId}-${active}` : undefined}
        disabled={disabled}
        onClick={() => (open ? setOpen(false) : show())}
        onKeyDown={onKeyDown}
        onBlur={() => setOpen(false)}
        {...panels.preloads}
        className={clsx(
          inputStyle({ size }),
          "inline-flex items-center justify-between gap-2 text-left",
          className,
        )}
      >
        <span className="min-w-0 truncate">
          {prefix && <span className="mr-1 text-muted">{prefix}</span>}
          {label ?? <span className="text-muted">{placeholder}</span>}
        </span>
        <ChevronDown aria-hidden className="size-4 shrink-0 text-muted" />
      </button>
      {name && <input type="hidden" name={name} value={value} />}
      {open && (
        <SelectList
          id={listId}
          anchor={button}
          options={options}
          selected={selected}
          active={active}
          onActive={setActive}
          onChoose={choose}
          onDismiss={() => setOpen(false)}
        />
      )}
    </>
  );
}
