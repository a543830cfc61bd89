"use client";

import { Search, X } from "lucide-react";
import { Fragment, type ReactNode, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/select";
import type { SelectOption } from "@/components/ui/select-list";
import { TextInput } from "@/components/ui/text-input";
import { useFilterDraft } from "./use-filter-draft";

/** A row of filters above a list. Pass `onClear` while any filter is set. */
export function FilterBar({
  children,
  onClear,
}: {
  children: ReactNode;
  onClear?: (() => void) | undefined;
}) {
  const bar = useRef<HTMLElement>(null);
  const [cleared, setCleared] = useState(0);

  function clear() {
    // The button goes away. A field would open the keyboard of a phone.
    bar.current?.focus();
    // Remounting makes a field forget what was just typed, even if it was reported but not yet applied.
    setCleared((before) => before + 1);
    onClear?.();
  }

  return (
    <search ref={bar} tabIndex={-1} className="mb-4 flex flex-wrap items-end gap-2">
      <Fragment key={cleared}>{children}</Fragment>
      {onClear && (
        <Button
          variant="ghost"
          size="small"
          onClick={clear}
          icon={<X aria-hidden className="size-3.5" />}
          className="h-8"
        >
          Clear filters
        </Button>
      )}
    </search>
  );
}

/** A search field. Calls `onValueChange` 250 ms after the last key, or immediately on Enter. */
export function FilterSearch({
  label,
  placeholder = "Search…",
  value,
  onValueChange,
}: {
  label: string;
  placeholder?: string;
  value: string;
  onValueChange: (value: string) => void;
}) {
  const { draft, type: setDraft, settle } = useFilterDraft(value, onValueChange);
  return (
    <div className="relative w-56 max-sm:w-full">
      <Search
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-muted"
      />
      <TextInput
        type="search"
        aria-label={label}
        placeholder={placeholder}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={(event) => event.key === "Enter" && settle()}
        onBlur={settle}
        size="small"
        className="pl-8"
      />
    </div>
  );
}

/** A select with its label inside: "Status: Active". */
export function FilterSelect<Value extends string>({
  label,
  value,
  onValueChange,
  options,
}: {
  label: string;
  value: Value;
  onValueChange: (value: Value) => void;
  options: readonly SelectOption<Value>[];
}) {
  return (
    <Select
      aria-label={label}
      prefix={`${label}:`}
      size="small"
      value={value}
      onValueChange={onValueChange}
      options={options}
      className="max-sm:flex-1 sm:w-auto sm:max-w-64"
    />
  );
}
