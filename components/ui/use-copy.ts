"use client";

import { type RefObject, useEffect, useRef, useState } from "react";
import { copyText } from "./copy-text";

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
