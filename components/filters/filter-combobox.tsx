"use client";

import { useEffect, useId, useRef, useState } from "react";
import { Combobox } from "@/components/ui/combobox";
import { typedWithoutSecret, withoutSecret } from "@/lib/client/secret-text";
import { FilterError } from "./filter-input";

/** A filter that suggests values while its text is typed, with a small label above it. */
export function FilterCombobox({
  label,
  text,
  suggest,
  isHeading,
  exact,
  settle,
  error,
  unknown,
  onValueChange,
  onFocus,
}: {
  label: string;
  /** The current value in words; empty if there is none. */
  text: string;
  suggest: (typed: string) => string[];
  isHeading?: (suggestion: string) => boolean;
  /** The value that a text is the name of, taken as soon as it is known: what it's looked up in may load after the text was typed. */
  exact: (typed: string) => string | null;
  /** The value that a text stands for once the field is left, or Enter is pressed. */
  settle: (typed: string) => string | null;
  error?: string | undefined;
  /** Said of a text that stands for nothing. */
  unknown?: string;
  onValueChange: (value: string) => void;
  onFocus?: () => void;
}) {
  const id = useId();
  /** Null while the field shows the current value. */
  const [typed, setTyped] = useState<string | null>(null);
  const [left, setLeft] = useState(false);
  const shown = typed !== null && left ? unknown : error;

  const meant = typed === null || left ? null : typed.trim() && exact(typed.trim());
  const report = useRef(onValueChange);
  report.current = onValueChange;
  useEffect(() => {
    if (meant !== null) report.current(meant);
  }, [meant]);

  function type(entered: string) {
    setLeft(false);
    setTyped(typedWithoutSecret(entered));
  }

  function leave() {
    if (typed === null) return;
    const wanted = withoutSecret(typed).trim();
    const value = wanted === "" ? "" : settle(wanted);
    if (value !== null && value !== "") onValueChange(value);
    setTyped(value === null ? wanted : null);
    setLeft(true);
  }

  return (
    <div className="grid gap-1 text-muted text-xs">
      <label htmlFor={id}>{label}</label>
      <Combobox
        id={id}
        value={typed ?? text}
        onValueChange={type}
        suggestions={suggest(typed?.trim() ?? "")}
        filtered
        isHeading={isHeading}
        placeholder="Any"
        aria-invalid={shown ? true : undefined}
        aria-describedby={shown ? `${id}-error` : undefined}
        size="small"
        onFocus={onFocus}
        onBlur={leave}
        onKeyDownCapture={(event) => event.key === "Enter" && leave()}
      />
      {shown && <FilterError id={`${id}-error`}>{shown}</FilterError>}
    </div>
  );
}
