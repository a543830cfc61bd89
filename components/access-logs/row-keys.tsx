"use client";

import { useEffect } from "react";
import { stepKey } from "./step-key";

/** J and K move the focus down and up through the rows of a table, while it is in one of them (WCAG 2.1.4). */
export function RowKeys({ label }: { label: string }) {
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      const step = stepKey(event);
      const row = step === 0 ? null : (event.target as HTMLElement).closest("tbody tr");
      if (row?.closest("table")?.getAttribute("aria-label") !== label) return;
      const next = step === 1 ? row.nextElementSibling : row.previousElementSibling;
      next?.querySelector<HTMLElement>("td:last-child button")?.focus();
    }
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [label]);
  return null;
}
