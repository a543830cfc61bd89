"use client";

import { clsx } from "clsx";
import { type ComponentProps, useImperativeHandle, useRef } from "react";
import { useFieldControl } from "./field";
import { type InputSize, inputStyle } from "./input-style";
import { useEarlyText } from "./use-early-text";

/** Outside a Field, pass `aria-label`. Use `mono` for keys, ids and addresses. */
export function TextInput({
  className,
  mono = false,
  size,
  ref,
  ...rest
}: Omit<ComponentProps<"input">, "size"> & { mono?: boolean; size?: InputSize }) {
  const control = useFieldControl(rest["aria-describedby"]);
  const input = useRef<HTMLInputElement>(null);
  useImperativeHandle(ref, () => input.current as HTMLInputElement);
  useEarlyText(input, rest.value);
  return (
    <input
      type="text"
      {...rest}
      {...control}
      ref={input}
      className={clsx(inputStyle({ size, mono }), className)}
    />
  );
}
