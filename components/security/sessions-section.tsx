"use client";

import { useRef } from "react";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { Section } from "@/components/ui/section";
import { Skeleton } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import { errorMessage, wasNotConfirmed } from "@/lib/client/api-client";
import { useRevokeOtherSessions, useRevokeSession, useSessions } from "@/lib/client/use-sessions";
import { SessionRow } from "./session-row";

export function SessionsSection() {
  const list = useRef<HTMLUListElement>(null);
  const sessions = useSessions();
  const revokeOthers = useRevokeOtherSessions();
  const revoke = useRevokeSession();
  const others = sessions.data?.filter((session) => !session.current).length ?? 0;

  // The button that was pressed is removed. Without this, the next Tab would start at the top of the page.
  const keepFocus = () => list.current?.focus();

  return (
    <Section
      title="Sessions"
      description="The browsers you’re signed in with."
      flush
      actions={
        <Button
          disabled={others === 0}
          pending={revokeOthers.isPending}
          pendingLabel="Signing out…"
          onClick={() =>
            revokeOthers.mutate(undefined, {
              onSuccess: ({ revoked }) => {
                keepFocus();
                toast(
                  revoked === 1 ? "Signed out 1 other session." : `Signed out ${revoked} other sessions.`,
                );
              },
              onError: reportFailure,
            })
          }
        >
          Sign out other sessions
        </Button>
      }
    >
      <div className="border-t">
        {sessions.data ? (
          <ul ref={list} tabIndex={-1} aria-label="Sessions" className="outline-none">
            {sessions.data.map((session) => (
              <SessionRow
                key={session.id}
                session={session}
                pending={revoke.isPending && revoke.variables === session.id}
                onSignOut={() => revoke.mutate(session.id, { onSuccess: keepFocus, onError: reportFailure })}
              />
            ))}
          </ul>
        ) : sessions.error ? (
          <ErrorState
            title="Couldn’t load your sessions"
            onRetry={() => void sessions.refetch()}
            retrying={sessions.isFetching}
          >
            {errorMessage(sessions.error)}
          </ErrorState>
        ) : (
          <SessionsSkeleton />
        )}
      </div>
    </Section>
  );
}

function reportFailure(error: unknown) {
  if (!wasNotConfirmed(error)) toast.error("Couldn’t sign out.", { description: errorMessage(error) });
}

function SessionsSkeleton() {
  return (
    <div role="status" aria-label="Loading your sessions" className="grid gap-2 px-5 py-3.5">
      <Skeleton className="h-4 w-44" />
      <Skeleton className="h-3.5 w-64 max-w-full" />
    </div>
  );
}
