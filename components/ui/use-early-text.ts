import { type RefObject, useEffect } from "react";

/**
 * Tells a controlled input what was typed into it before the page's script ran. React keeps such text on the screen but not in
 * the state, and the next rendering would put the old value over it.
 */
export function useEarlyText(input: RefObject<HTMLInputElement | null>, value: unknown): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what stood there when the script came.
  useEffect(() => {
    const element = input.current;
    const typed = element?.value;
    if (!element || typeof value !== "string" || typed === value) return;
    // Set on the element, React knows of the value; set by the prototype's setter, the event is news to it.
    element.value = value;
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(element, typed);
    element.dispatchEvent(new Event("input", { bubbles: true }));
  }, []);
}
