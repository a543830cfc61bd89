"use client";

import { clsx } from "clsx";
import { type ComponentProps, type RefObject, useEffect, useImperativeHandle, useRef } from "react";
import { useFieldControl } from "./field";
import { type InputSize, inputStyle } from "./input-style";

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

/**
 * Reports text that was typed into a controlled input before hydration. React leaves it on the screen but not in the state, so
 * the next render would overwrite it.
 */
function useEarlyText(input: RefObject<HTMLInputElement | null>, value: unknown): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the text from before hydration matters.
  useEffect(() => {
    const element = input.current;
    const typed = element?.value;
    if (!element || typeof value !== "string" || typed === value) return;
    // React tracks values set on the element, but not those set by the prototype's setter, so it sees the event as a change.
    element.value = value;
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(element, typed);
    element.dispatchEvent(new Event("input", { bubbles: true }));
  }, []);
}
