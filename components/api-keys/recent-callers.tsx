"use client";

import { IpAddress } from "@/components/ui/ip-address";
import { RelativeTime } from "@/components/ui/relative-time";
import { Skeleton } from "@/components/ui/skeleton";
import { useApiKeyActivity } from "@/lib/client/use-api-key";
import type { ApiKey } from "@/lib/contracts/api-keys";
import type { KeyCaller } from "@/lib/contracts/key-callers";
import { programsOf } from "./programs-of";
import { callersSentence } from "./revocation-words";

const shownCallers = 4;

/** The programs that a revocation would stop. Keeps its height while loading, so that no button moves. */
export function RecentCallers({ workspaceSlug, apiKey }: { workspaceSlug: string; apiKey: ApiKey }) {
  const { data, isError } = useApiKeyActivity(workspaceSlug, apiKey.id);
  const programs = data && programsOf(data.callers);
  // The row may have been loaded before the key's first request.
  const lastUse = apiKey.lastUse ?? (programs?.[0] ? { at: programs[0].lastAt } : null);
  if (!lastUse) {
    return <p>This key has never been used. Requests with it will get {deniedCode} immediately.</p>;
  }
  return (
    <div className="grid min-h-32 content-start gap-2">
      {data && programs ? (
        <>
          <p>
            {callersSentence(data.callersInLastHour)} {nextCallers(data.callersInLastHour)} will get{" "}
            {deniedCode} immediately.
          </p>
          <CallerList callers={programs.slice(0, shownCallers)} />
          {programs.length > shownCallers && (
            <p className="text-muted text-sm">And {moreCallers(programs.length - shownCallers)} earlier.</p>
          )}
        </>
      ) : isError ? (
        <p>
          Can’t show this key’s callers right now. It was last used <RelativeTime at={lastUse.at} />. The next
          request will get {deniedCode} immediately.
        </p>
      ) : (
        <>
          <Skeleton className="h-5 w-80 max-w-full" />
          <Skeleton className="h-8 w-full" />
          <Skeleton className="h-8 w-full" />
        </>
      )}
    </div>
  );
}

const deniedCode = <code className="whitespace-nowrap font-mono text-sm">401 revoked_key</code>;

function nextCallers(callersInLastHour: number): string {
  if (callersInLastHour === 0) return "The next request";
  return callersInLastHour === 1 ? "It" : "They";
}

function moreCallers(count: number): string {
  return count === 1 ? "1 more caller" : `${count} more callers`;
}

function CallerList({ callers }: { callers: KeyCaller[] }) {
  if (callers.length === 0) return null;
  return (
    <ul aria-label="Recent callers" className="divide-y rounded-control border text-sm">
      {callers.map((caller) => (
        <li
          key={`${caller.block} ${caller.client}`}
          className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 px-3 py-1.5 sm:grid-cols-[minmax(0,11rem)_minmax(0,1fr)_auto]"
        >
          <span>{caller.lastIp ? <IpAddress ip={caller.lastIp} /> : "unknown address"}</span>
          <span className="truncate text-muted max-sm:row-start-2">{caller.client ?? "Unknown client"}</span>
          <span className="text-muted">
            <RelativeTime at={caller.lastAt} />
          </span>
        </li>
      ))}
    </ul>
  );
}
