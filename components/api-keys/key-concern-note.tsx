"use client";

import { Lightbulb } from "lucide-react";
import { Button } from "@/components/ui/button";
import type { KeyConcern } from "@/lib/contracts/api-key-filters";
import { concernWords } from "./key-concern-words";

/** What to do about the keys that are listed. */
export function KeyConcernNote({ concern, onClear }: { concern: KeyConcern; onClear: () => void }) {
  return (
    <div
      role="status"
      className="mb-4 flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-surface border bg-sunken px-4 py-2.5"
    >
      <p className="flex min-w-0 flex-1 basis-72 items-start gap-2.5 text-sm">
        <Lightbulb aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
        {concernWords[concern].remedy}
      </p>
      <Button size="small" onClick={onClear}>
        Show all keys
      </Button>
    </div>
  );
}
