"use client";

import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./button";

/** Shown in place of content that failed to load. */
export function ErrorState({
  title,
  children,
  onRetry,
  retrying = false,
}: {
  title: string;
  children?: ReactNode;
  onRetry?: () => void;
  retrying?: boolean;
}) {
  return (
    <div role="alert" className="flex flex-col items-center gap-4 px-6 py-12 text-center">
      <CircleAlert aria-hidden className="size-6 text-bad" />
      <div className="grid max-w-md gap-1">
        <p className="font-medium">{title}</p>
        {children && <div className="text-muted">{children}</div>}
      </div>
      {onRetry && (
        <Button onClick={onRetry} pending={retrying} pendingLabel="Retrying…">
          Retry
        </Button>
      )}
    </div>
  );
}
