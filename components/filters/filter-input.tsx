"use client";

import { type ReactNode, useId } from "react";
import { Select } from "@/components/ui/select";
import type { SelectOption } from "@/components/ui/select-list";
import { TextInput } from "@/components/ui/text-input";
import { useFilterDraft } from "./use-filter-draft";

/** A select with a small label above it. */
export function FilterPick<Value extends string>({
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
    <div className="grid gap-1">
      <span aria-hidden className="text-muted text-xs">
        {label}
      </span>
      <Select aria-label={label} size="small" value={value} onValueChange={onValueChange} options={options} />
    </div>
  );
}

/** A text field with a small label above it. */
export function FilterInput({
  label,
  value,
  onValueChange,
  error,
  type = "text",
  placeholder,
  mono = false,
  filter,
}: {
  label: string;
  value: string;
  onValueChange: (value: string) => void;
  error?: string | undefined;
  type?: "text" | "datetime-local";
  placeholder?: string;
  mono?: boolean;
  /** Its name in the URL. */
  filter?: string;
}) {
  const id = useId();
  const { draft, type: setDraft, settle } = useFilterDraft(value, onValueChange, filter);
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-muted text-xs">
        {label}
      </label>
      <TextInput
        id={id}
        type={type}
        mono={mono}
        value={draft}
        placeholder={placeholder}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${id}-error` : undefined}
        step={type === "datetime-local" ? 1 : undefined}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={(event) => event.key === "Enter" && settle()}
        onBlur={settle}
        size="small"
      />
      {error && <FilterError id={`${id}-error`}>{error}</FilterError>}
    </div>
  );
}

export function FilterError({ id, children }: { id: string; children: ReactNode }) {
  return (
    <span id={id} className="text-bad text-xs">
      {children}
    </span>
  );
}
