"use client";

import type { ReactNode } from "react";
import { RelativeTime } from "@/components/ui/relative-time";
import { Skeleton } from "@/components/ui/skeleton";
import { useApiKeyActivity } from "@/lib/client/use-api-key";
import type { ApiKey } from "@/lib/contracts/api-keys";
import { CallerList } from "./caller-list";
import { OtherCallers } from "./other-callers";
import { programsOf } from "./programs-of";
import { callersSentence } from "./revocation-words";

const shownCallers = 4;

type Change = "revoke" | "disable" | "rotate";

/** The programs that a change of the key would affect. Keeps its height while loading, so that no button moves. */
export function RecentCallers({
  workspaceSlug,
  apiKey,
  change,
}: {
  workspaceSlug: string;
  apiKey: ApiKey;
  change: Change;
}) {
  const { data, isError } = useApiKeyActivity(workspaceSlug, apiKey.id);
  const programs = data && programsOf(data.callers);
  // The row may have been loaded before the key's first request.
  const lastUse = apiKey.lastUse ?? (programs?.[0] ? { at: programs[0].lastAt } : null);
  if (!lastUse) return <p>This key has never been used. {effectOn("Requests with it", change)}</p>;
  return (
    <div className="grid min-h-32 content-start gap-2">
      {data && programs ? (
        <>
          <p>
            {callersSentence(data.callersInLastHour)} {effectOn(nextCallers(data.callersInLastHour), change)}
          </p>
          {programs.length > 0 && (
            <>
              <p className="text-muted text-sm">Requests in the last 7 days</p>
              <CallerList
                label="Recent callers"
                workspaceSlug={workspaceSlug}
                keyId={apiKey.id}
                callers={programs.slice(0, shownCallers)}
              />
            </>
          )}
          {programs.length > shownCallers && (
            <p className="text-muted text-sm">And {moreCallers(programs.length - shownCallers)} earlier.</p>
          )}
          {data.otherCallers && (
            <p className="text-muted text-sm">
              <OtherCallers others={data.otherCallers} />
            </p>
          )}
        </>
      ) : isError ? (
        <p>
          Can’t show this key’s callers right now. It was last used <RelativeTime at={lastUse.at} />.{" "}
          {effectOn("The next request", change)}
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

function effectOn(callers: string, change: Change): ReactNode {
  if (change === "rotate") return "Programs that use it need the new key before the old one stops working.";
  const code = change === "revoke" ? "401 revoked_key" : "401 disabled_key";
  return (
    <>
      {callers} will get <code className="whitespace-nowrap font-mono text-sm">{code}</code> immediately.
    </>
  );
}

function nextCallers(callersInLastHour: number): string {
  if (callersInLastHour === 0) return "The next request";
  return callersInLastHour === 1 ? "It" : "They";
}

function moreCallers(count: number): string {
  return count === 1 ? "1 more caller" : `${count} more callers`;
}
