"use client";

import { CircleCheck, CircleX } from "lucide-react";
import Link from "next/link";
import { WaitingLine } from "@/components/api-keys/waiting-line";
import { IpAddress } from "@/components/ui/ip-address";
import { useFirstDecision } from "@/lib/client/use-first-decision";
import type { AccessLogEntry } from "@/lib/contracts/access-logs";

export function FirstDecisionLine({ workspaceSlug, openedAt }: { workspaceSlug: string; openedAt: string }) {
  const { first, trouble } = useFirstDecision(workspaceSlug, openedAt);
  return (
    <p role="status" className="flex min-h-5 items-start gap-2.5">
      {first ? <Decision entry={first} workspaceSlug={workspaceSlug} /> : <WaitingLine trouble={trouble} />}
    </p>
  );
}

function Decision({ entry, workspaceSlug }: { entry: AccessLogEntry; workspaceSlug: string }) {
  const allowed = entry.outcome === "allowed";
  const Icon = allowed ? CircleCheck : CircleX;
  return (
    <>
      <Icon
        aria-hidden
        className={`mt-0.5 size-4 shrink-0 animate-fade ${allowed ? "text-ok" : "text-bad"}`}
      />
      <span>
        {allowed ? "First request received" : "First request denied"}
        {entry.key && (
          <>
            {" "}
            with <strong className="font-medium">{entry.key.name}</strong>
          </>
        )}
        {entry.ip && (
          <>
            {" "}
            from <IpAddress ip={entry.ip} />
          </>
        )}
        {!allowed && (
          <>
            : <code className="font-mono text-sm">{entry.code}</code>
          </>
        )}
        .{" "}
        <Link
          className="text-accent underline underline-offset-2"
          href={`/${workspaceSlug}/settings/api/access-logs?requestId=${encodeURIComponent(entry.requestId)}`}
        >
          {allowed ? "See it in the access log" : "See why"}
        </Link>
      </span>
    </>
  );
}
