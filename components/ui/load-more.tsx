"use client";

import { type ReactNode, useLayoutEffect, useRef } from "react";
import { Button } from "./button";

/** The footer of a paged list. */
export function LoadMore({
  children,
  hasMore,
  pending,
  onLoadMore,
  error,
}: {
  /** How much is shown. */
  children: ReactNode;
  hasMore: boolean;
  pending: boolean;
  onLoadMore: () => void;
  error?: string | undefined;
}) {
  const shown = useRef<HTMLDivElement>(null);
  const focused = useRef(false);

  // The button goes away with the last page, and must not take the focus with it.
  useLayoutEffect(() => {
    if (hasMore || !focused.current) return;
    focused.current = false;
    shown.current?.focus({ preventScroll: true });
  }, [hasMore]);

  return (
    <div className="flex min-h-7 flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <div ref={shown} tabIndex={-1} className="tabular-nums">
        {children}
      </div>
      {error && (
        <span role="alert" className="text-bad">
          {error}
        </span>
      )}
      {hasMore && (
        <Button
          size="small"
          onClick={onLoadMore}
          onFocus={() => {
            focused.current = true;
          }}
          onBlur={() => {
            focused.current = false;
          }}
          pending={pending}
          pendingLabel="Loading…"
        >
          Load more
        </Button>
      )}
    </div>
  );
}
