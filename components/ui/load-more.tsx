"use client";

import type { ReactNode } from "react";
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
  return (
    <div className="flex min-h-7 flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <div className="tabular-nums">{children}</div>
      {error && (
        <span role="alert" className="text-bad">
          {error}
        </span>
      )}
      {hasMore && (
        <Button size="small" onClick={onLoadMore} pending={pending} pendingLabel="Loading…">
          Load more
        </Button>
      )}
    </div>
  );
}
