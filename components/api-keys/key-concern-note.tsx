"use client";

import { Lightbulb } from "lucide-react";
import Link from "next/link";
import { Button } from "@/components/ui/button";
import { RelativeTime } from "@/components/ui/relative-time";
import type { KeyConcern } from "@/lib/contracts/api-key-filters";
import type { ApiKey } from "@/lib/contracts/api-keys";
import { concernWords } from "./key-concern-words";
import { keyAccessLogHref } from "./key-links";

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

const dayMs = 86_400_000;

/** What a concern about a key is based on, with a link to its requests. */
export function ConcernEvidence({
  workspaceSlug,
  concern,
  apiKey: { id, lastUse, createdAt, usedMethods },
}: {
  workspaceSlug: string;
  concern: KeyConcern;
  apiKey: ApiKey;
}) {
  const log = keyAccessLogHref(workspaceSlug, id);
  if (concern === "excess_rights" && usedMethods)
    return (
      <>
        {usedMethods.requests
          .map(({ method, count }) => `${count.toLocaleString("en-US")} ${method}`)
          .join(", ")}
        , the first <RelativeTime at={usedMethods.since} />.{" "}
        <LogLink href={`${log}&range=30d`}>See requests</LogLink>
      </>
    );
  if (concern !== "unused") return null;
  if (!lastUse)
    return (
      <>
        Created <RelativeTime at={createdAt} />
      </>
    );
  const lastDay = new URLSearchParams({
    from: new Date(Date.parse(lastUse.at) - dayMs).toISOString(),
    to: new Date(Date.parse(lastUse.at) + 1000).toISOString(),
  });
  return <LogLink href={`${log}&${lastDay}`}>See its last requests</LogLink>;
}

function LogLink({ href, children }: { href: string; children: string }) {
  return (
    <Link
      href={href}
      prefetch={false}
      className="relative z-1 text-accent underline-offset-2 hover:underline"
    >
      {children}
    </Link>
  );
}
