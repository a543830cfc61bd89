"use client";

import { clsx } from "clsx";
import type { ComponentProps } from "react";
import { useFieldControl } from "./field";
import { boxStyle } from "./input-style";

/** Grows with its text in browsers that support `field-sizing`. */
export function Textarea({
  className,
  mono = false,
  rows = 3,
  ...rest
}: ComponentProps<"textarea"> & { mono?: boolean }) {
  const control = useFieldControl(rest["aria-describedby"]);
  return (
    <textarea
      rows={rows}
      {...rest}
      {...control}
      className={clsx(
        boxStyle,
        "field-sizing-content min-h-18 resize-y px-3 py-2",
        mono ? "font-mono text-sm" : "text-base",
        className,
      )}
    />
  );
}
