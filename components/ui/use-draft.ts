import { type FocusEvent, useRef } from "react";

type TextField = HTMLInputElement | HTMLTextAreaElement;

/** Knows whether something was typed into the text fields of a part of the page: it wears `onFocus`. */
export function useDraft() {
  const before = useRef(new Map<TextField, string>());
  return {
    onFocus(event: FocusEvent) {
      const field = event.target;
      if (isTextField(field) && !before.current.has(field)) before.current.set(field, field.value);
    },
    /** What was typed and then taken back is no draft. */
    hasDraft: () => [...before.current].some(([field, value]) => field.isConnected && field.value !== value),
  };
}

function isTextField(element: Element): element is TextField {
  if (element instanceof HTMLTextAreaElement) return !element.readOnly;
  return (
    element instanceof HTMLInputElement &&
    !element.readOnly &&
    !["checkbox", "radio", "file", "button"].includes(element.type)
  );
}
