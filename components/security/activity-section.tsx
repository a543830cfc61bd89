"use client";

import { History } from "lucide-react";
import { useState } from "react";
import { actionLabel } from "@/components/audit-log/action-label";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { RelativeTime } from "@/components/ui/relative-time";
import { Section } from "@/components/ui/section";
import { Skeleton } from "@/components/ui/skeleton";
import { errorMessage } from "@/lib/client/api-client";
import { clientName } from "@/lib/client/client-name";
import { useAccountActivity } from "@/lib/client/use-account-activity";
import { accountActions } from "@/lib/contracts/account-actions";

const initiallyShown = 5;

export function ActivitySection() {
  const activity = useAccountActivity();
  const [all, setAll] = useState(false);
  const count = activity.data?.length ?? 0;
  return (
    <Section
      title="Recent activity"
      description="The last 20 changes to your account. If you don’t recognize one, change your password."
      flush
    >
      <div className="border-t">
        {activity.data ? (
          activity.data.length === 0 ? (
            <p className="px-5 py-3.5 text-muted">No changes yet.</p>
          ) : (
            <ul aria-label="Recent activity">
              {activity.data
                .slice(0, all ? undefined : initiallyShown)
                .map(({ id, at, action, ip, userAgent }) => (
                  <li key={id} className="flex items-start gap-3 border-b px-5 py-3 last:border-b-0">
                    <History aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
                    <div className="grid min-w-0 flex-1 gap-0.5">
                      <p>{actionLabel(accountActions[action])}</p>
                      <p className="flex flex-wrap gap-x-3 text-muted text-sm">
                        <RelativeTime at={at} />
                        {userAgent && <span>{clientName(userAgent)}</span>}
                        {ip && <span className="font-mono">{ip}</span>}
                      </p>
                    </div>
                  </li>
                ))}
            </ul>
          )
        ) : activity.error ? (
          <ErrorState
            title="Couldn’t load your recent activity"
            onRetry={() => void activity.refetch()}
            retrying={activity.isFetching}
          >
            {errorMessage(activity.error)}
          </ErrorState>
        ) : (
          <div role="status" aria-label="Loading your recent activity" className="grid gap-2 px-5 py-3.5">
            <Skeleton className="h-4 w-52" />
            <Skeleton className="h-3.5 w-64 max-w-full" />
          </div>
        )}
        {count > initiallyShown && (
          <div className="border-t px-2.5 py-2">
            <Button variant="ghost" size="small" aria-expanded={all} onClick={() => setAll(!all)}>
              {all ? "Show fewer" : `Show all ${count}`}
            </Button>
          </div>
        )}
      </div>
    </Section>
  );
}
