"use client";

import { type RefObject, useEffect, useRef, useState } from "react";

export type CopyState = "idle" | "copied" | "failed";

/** Copies a text. `state` is "copied" for two seconds, and "failed" until the next attempt. */
export function useCopy(field?: RefObject<HTMLInputElement | null>) {
  const [state, setState] = useState<CopyState>("idle");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  async function copy(text: string) {
    clearTimeout(timer.current);
    const copied = await copyText(text, field?.current);
    setState(copied ? "copied" : "failed");
    if (copied) timer.current = setTimeout(() => setState("idle"), 2_000);
    return copied;
  }

  return { state, copy };
}

/**
 * Copies a text with the Clipboard API, which needs a secure context, or else by selecting `field`. Returns whether it worked;
 * if not, the field stays selected.
 */
async function copyText(
  text: string,
  field?: HTMLInputElement | HTMLTextAreaElement | null,
): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    if (!field) return false;
    field.focus();
    field.select();
    return document.execCommand("copy");
  }
}
