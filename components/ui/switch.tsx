"use client";

import { clsx } from "clsx";
import { type ReactNode, useId } from "react";

/** Takes effect immediately. While `pending`, it ignores presses and keeps its focus. */
export function Switch({
  label,
  hint,
  checked,
  onCheckedChange,
  disabled = false,
  pending = false,
  preload,
}: {
  label: string;
  hint?: ReactNode;
  checked: boolean;
  onCheckedChange: (checked: boolean) => void;
  disabled?: boolean;
  pending?: boolean;
  /** Called before a likely press. */
  preload?: () => void;
}) {
  const id = useId();
  return (
    <div className="flex items-start justify-between gap-6">
      <div className="grid gap-0.5">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {hint && (
          <div id={`${id}-hint`} className="text-muted">
            {hint}
          </div>
        )}
      </div>
      <button
        id={id}
        type="button"
        role="switch"
        aria-checked={checked}
        aria-describedby={hint ? `${id}-hint` : undefined}
        aria-disabled={pending || undefined}
        disabled={disabled}
        onClick={() => !pending && onCheckedChange(!checked)}
        onPointerEnter={preload}
        onFocus={preload}
        className={clsx(
          "relative h-6 w-10 shrink-0 rounded-full border transition-colors duration-150 after:absolute after:-inset-2.5 disabled:cursor-not-allowed disabled:opacity-60",
          checked ? "border-ok bg-ok" : "border-field bg-sunken",
          pending && "cursor-progress opacity-70",
        )}
      >
        <span
          className={clsx(
            "absolute top-1/2 left-0.75 size-4 -translate-y-1/2 rounded-full transition-transform duration-150",
            checked ? "translate-x-4 bg-surface" : "bg-field",
          )}
        />
      </button>
    </div>
  );
}
