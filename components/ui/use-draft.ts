import { type FocusEvent, useRef } from "react";

type TextField = HTMLInputElement | HTMLTextAreaElement;

/** Tells whether the text of any field was changed. Put `onFocus` on an element around the fields. */
export function useDraft() {
  const before = useRef(new Map<TextField, string>());
  return {
    onFocus(event: FocusEvent) {
      const field = event.target;
      if (isTextField(field) && !before.current.has(field)) before.current.set(field, field.value);
    },
    /** False again once a change was undone. */
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
