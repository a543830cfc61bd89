"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { errorMessage } from "@/lib/client/api-error";
import { useApiKeyActivity } from "@/lib/client/use-api-key";
import { CallerList, mostRequests } from "./caller-list";
import { OtherCallers } from "./other-callers";

const shownCallers = 10;

/** Everything that calls with a key, with the first and the last request of each caller. */
export function ApiKeyCallers({ workspaceSlug, keyId }: { workspaceSlug: string; keyId: string }) {
  const activity = useApiKeyActivity(workspaceSlug, keyId);
  const [showsAll, setShowsAll] = useState(false);
  const { callers, otherCallers } = activity.data ?? {};
  const more = (callers?.length ?? 0) - shownCallers;
  return (
    <section className="grid gap-3">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 className="font-semibold text-lg">Where this key is used</h2>
        <p className="text-muted text-sm">Requests in the last 7 days</p>
      </div>
      {callers && callers.length > 0 ? (
        <CallerList
          label="Where this key is used"
          workspaceSlug={workspaceSlug}
          keyId={keyId}
          callers={showsAll ? callers : callers.slice(0, shownCallers)}
          most={mostRequests(callers)}
        />
      ) : callers ? (
        <Card flush>
          <EmptyState title="No requests with this key yet." />
        </Card>
      ) : activity.isError ? (
        <Card flush>
          <ErrorState
            title="Couldn’t load the key’s callers"
            onRetry={() => void activity.refetch()}
            retrying={activity.isFetching}
          >
            {errorMessage(activity.error)}
          </ErrorState>
        </Card>
      ) : (
        <Skeleton className="h-32 w-full" />
      )}
      {otherCallers && (
        <p className="text-muted text-sm">
          <OtherCallers others={otherCallers} />
        </p>
      )}
      {more > 0 && !showsAll && (
        <Button variant="ghost" onClick={() => setShowsAll(true)} className="justify-self-start">
          Show {more.toLocaleString("en-US")} more
        </Button>
      )}
    </section>
  );
}
