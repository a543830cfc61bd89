"use client";

import { clsx } from "clsx";
import type { ComponentProps } from "react";
import { useFieldControl } from "./field";
import { type InputSize, inputStyle } from "./input-style";

/** A line of text. Inside a Field it is named by the label; elsewhere give `aria-label`. `mono` for keys, ids and addresses. */
export function TextInput({
  className,
  mono = false,
  size,
  ...rest
}: Omit<ComponentProps<"input">, "size"> & { mono?: boolean; size?: InputSize }) {
  const control = useFieldControl();
  return <input type="text" {...control} {...rest} className={clsx(inputStyle({ size, mono }), className)} />;
}
