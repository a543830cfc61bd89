import type { ReactNode } from "react";

/** A quiet label beside a name: "This session", "Production". It marks, it does not warn. */
export function Tag({ children }: { children: ReactNode }) {
  return (
    <span className="inline-flex items-center whitespace-nowrap rounded-sm bg-sunken px-1.5 py-px text-muted text-xs ring-1 ring-line ring-inset">
      {children}
    </span>
  );
}
