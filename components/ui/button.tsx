"use client";

import { clsx } from "clsx";
import type { ComponentProps, MouseEvent, ReactNode } from "react";
import { type ButtonSize, type ButtonVariant, buttonStyle } from "./button-style";
import { useReady } from "./use-ready";

export type ButtonProps = Omit<ComponentProps<"button">, "children"> & {
  children: ReactNode;
  variant?: ButtonVariant;
  size?: ButtonSize;
  /** While true the button keeps its focus and its width, says `pendingLabel`, and cannot be pressed again. */
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
  // Sent before the script runs, a form would go off as a page of its own, and what was typed into it with it.
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
        // Both labels share one grid cell, so that the wider one sets the width from the start.
        <span className="grid *:col-start-1 *:row-start-1">
          <span className={clsx(pending && "invisible")}>{children}</span>
          <span className={clsx(!pending && "invisible")}>{pendingLabel}</span>
        </span>
      )}
    </button>
  );
}
