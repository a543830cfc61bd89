import { type RefObject, useEffect } from "react";

/**
 * Reports text that was typed into a controlled input before hydration. React leaves it on the screen but not in the state, so
 * the next render would overwrite it.
 */
export function useEarlyText(input: RefObject<HTMLInputElement | null>, value: unknown): void {
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
