"use client";

import { clsx } from "clsx";
import type { ComponentProps, ReactNode } from "react";

/** A button with only an icon. `label` is its accessible name, and shown on hover. */
export function IconButton({
  label,
  children,
  className,
  type = "button",
  ...rest
}: Omit<ComponentProps<"button">, "aria-label" | "title" | "children"> & {
  label: string;
  children: ReactNode;
}) {
  return (
    <button
      {...rest}
      type={type}
      aria-label={label}
      title={label}
      className={clsx(
        "inline-flex size-8 shrink-0 items-center justify-center rounded-control text-muted transition-colors duration-150 hover:bg-hover hover:text-text aria-expanded:bg-hover aria-expanded:text-text max-sm:size-11 [&_svg]:size-4",
        className,
      )}
    >
      {children}
    </button>
  );
}
