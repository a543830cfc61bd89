"use client";

import { clsx } from "clsx";
import { type ReactNode, useId } from "react";
import { FieldError } from "./field";

export type RadioOption<Value extends string> = {
  value: Value;
  label: string;
  hint?: ReactNode;
  disabled?: boolean;
};

export function RadioGroup<Value extends string>({
  label,
  options,
  value,
  onValueChange,
  error,
  columns = 1,
}: {
  label: string;
  options: RadioOption<Value>[];
  value: Value;
  onValueChange: (value: Value) => void;
  error?: string | undefined;
  columns?: 1 | 2 | 3;
}) {
  const id = useId();
  return (
    <div
      role="radiogroup"
      aria-labelledby={`${id}-label`}
      aria-describedby={error ? `${id}-error` : undefined}
      className="grid gap-1.5"
    >
      <span id={`${id}-label`} className="font-medium">
        {label}
      </span>
      <div
        className={clsx("grid gap-2", columns === 2 && "sm:grid-cols-2", columns === 3 && "sm:grid-cols-3")}
      >
        {options.map((option) => (
          <label
            key={option.value}
            className="flex items-start gap-2.5 rounded-control border border-line bg-surface px-3 py-2.5 transition-colors duration-150 hover:border-field has-checked:border-accent has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2 has-disabled:opacity-60"
          >
            <input
              type="radio"
              name={id}
              value={option.value}
              checked={option.value === value}
              disabled={option.disabled}
              onChange={() => onValueChange(option.value)}
              aria-labelledby={`${id}-${option.value}`}
              aria-describedby={option.hint ? `${id}-${option.value}-hint` : undefined}
              className="mt-0.5 size-4 shrink-0 appearance-none rounded-full border border-field bg-surface outline-none checked:border-5 checked:border-accent"
            />
            <span className="grid gap-0.5">
              <span id={`${id}-${option.value}`}>{option.label}</span>
              {option.hint && (
                <span id={`${id}-${option.value}-hint`} className="text-muted text-sm">
                  {option.hint}
                </span>
              )}
            </span>
          </label>
        ))}
      </div>
      {error && <FieldError id={`${id}-error`}>{error}</FieldError>}
    </div>
  );
}
