"use client";

import { clsx } from "clsx";
import type { ComponentProps, MouseEvent, ReactNode } from "react";
import { type ButtonSize, type ButtonVariant, buttonStyle } from "./button-style";
import { useReady } from "./use-ready";

export type ButtonProps = Omit<ComponentProps<"button">, "children"> & {
  children: ReactNode;
  variant?: ButtonVariant;
  size?: ButtonSize;
  /** While true, the button shows `pendingLabel`, ignores presses, and keeps its focus and width. */
  pending?: boolean;
  pendingLabel?: string;
  icon?: ReactNode;
};

export function Button({
  children,
  variant,
  size,
  pending = false,
  pendingLabel,
  icon,
  className,
  type = "button",
  onClick,
  disabled,
  ...rest
}: ButtonProps) {
  // Before the script runs, submitting would reload the page and lose what was typed.
  const early = !useReady() && type === "submit";

  function press(event: MouseEvent<HTMLButtonElement>) {
    if (pending) event.preventDefault();
    else onClick?.(event);
  }

  return (
    <button
      {...rest}
      type={type}
      disabled={disabled || early}
      aria-disabled={pending || undefined}
      className={clsx(
        buttonStyle({ variant, size }),
        pending && "cursor-progress",
        early && !disabled && "disabled:cursor-progress! disabled:opacity-100!",
        className,
      )}
      onClick={press}
    >
      {icon}
      {pendingLabel === undefined ? (
        children
      ) : (
        // Both labels share one grid cell, so that the wider one sets the width.
        <span className="grid *:col-start-1 *:row-start-1">
          <span className={clsx(pending && "invisible")}>{children}</span>
          <span className={clsx(!pending && "invisible")}>{pendingLabel}</span>
        </span>
      )}
    </button>
  );
}
