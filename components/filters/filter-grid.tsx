"use client";

import { clsx } from "clsx";
import { ChevronDown, X } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { Button } from "@/components/ui/button";

/** Filters with their labels above them, in columns. On phones they're folded behind a button. */
export function FilterGrid({
  set,
  onClear,
  className = "sm:grid-cols-4",
  actions,
  children,
}: {
  /** How many filters are set. */
  set: number;
  onClear: () => void;
  /** How many columns. */
  className?: string;
  /** Buttons after the fields. */
  actions?: ReactNode;
  children: ReactNode;
}) {
  const bar = useRef<HTMLElement>(null);
  const [unfolded, setUnfolded] = useState(false);
  const [cleared, setCleared] = useState(0);

  function clear() {
    // The button goes away.
    bar.current?.focus();
    setCleared(cleared + 1);
    onClear();
  }

  return (
    <search ref={bar} tabIndex={-1} className="mb-4 grid gap-3">
      <Button
        className="justify-self-start sm:hidden"
        aria-expanded={unfolded}
        onClick={() => setUnfolded(!unfolded)}
        icon={<ChevronDown aria-hidden className={clsx("size-4", unfolded && "rotate-180")} />}
      >
        {set > 0 ? `Filters (${set})` : "Filters"}
      </Button>
      <div
        // Text that matches nothing is kept only in a field's state: clearing remounts the fields.
        key={cleared}
        className={clsx(
          "grid grid-cols-2 items-start gap-x-3 gap-y-2.5",
          className,
          !unfolded && "max-sm:hidden",
        )}
      >
        {children}
        {(actions || set > 0) && (
          <div className={actions ? "col-span-full flex flex-wrap gap-2" : "self-end"}>
            {actions}
            {set > 0 && (
              <Button
                variant="ghost"
                size="small"
                onClick={clear}
                icon={<X aria-hidden className="size-3.5" />}
              >
                Clear filters
              </Button>
            )}
          </div>
        )}
      </div>
    </search>
  );
}
