import type { ReactNode } from "react";

/** A neutral label beside a name, such as "This session". */
export function Tag({ children }: { children: ReactNode }) {
  return (
    <span className="inline-flex items-center whitespace-nowrap rounded-sm bg-sunken px-1.5 py-px text-muted text-xs ring-1 ring-line ring-inset">
      {children}
    </span>
  );
}
