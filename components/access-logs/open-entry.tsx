"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useLayoutEffect, useRef } from "react";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Sheet } from "@/components/ui/sheet";
import { Skeleton } from "@/components/ui/skeleton";
import { ApiError, errorMessage } from "@/lib/client/api-error";
import { accessLogEntryQuery } from "@/lib/client/queries/access-logs";
import type { AccessLogEntry } from "@/lib/contracts/access-logs";
import { AccessLogEntrySheet } from "./access-log-entry-sheet";
import { stepKey } from "./step-key";

/** The details of the entry that the URL names, listed or not. J and K go to the next and the previous one of the list. */
export function OpenEntry({
  workspaceSlug,
  id,
  entries,
  onOpen,
  onMore,
}: {
  workspaceSlug: string;
  id: string;
  entries: AccessLogEntry[];
  /** With an empty id, closes the details. */
  onOpen: (id: string) => void;
  /** Loads older entries. */
  onMore: (() => void) | undefined;
}) {
  const index = entries.findIndex((entry) => entry.id === id);
  /** Where the last press goes, until it is shown: fast presses each count. */
  const asked = useRef<string | null>(null);
  useLayoutEffect(() => {
    if (asked.current === id) asked.current = null;
  }, [id]);
  const single = useQuery({ ...accessLogEntryQuery(workspaceSlug, id), enabled: index === -1, retry: false });
  const entry = entries[index] ?? single.data;
  const close = () => onOpen("");

  const [newer, older] = [entries[index - 1], index === -1 ? undefined : entries[index + 1]];
  const step = useRef((_to: -1 | 1) => {});
  step.current = (to) => {
    const from = entries.findIndex((one) => one.id === (asked.current ?? id));
    const next = from === -1 ? undefined : entries[from + to];
    if (next) {
      asked.current = next.id;
      onOpen(next.id);
    } else if (to === 1 && from !== -1) onMore?.();
  };
  // Before the details are painted: people may press a key as soon as they see them.
  useLayoutEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      const to = stepKey(event);
      if (to !== 0) step.current(to);
    }
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
  useFocusOfRow(index);

  if (entry)
    return (
      <AccessLogEntrySheet
        workspaceSlug={workspaceSlug}
        entry={entry}
        onClose={close}
        steps={
          index === -1
            ? undefined
            : {
                newer: newer && (() => step.current(-1)),
                older: (older ?? onMore) && (() => step.current(1)),
              }
        }
      />
    );
  const isMissing = single.error instanceof ApiError && single.error.code === "not_found";
  return (
    <Sheet onClose={close} title="Access log entry">
      {isMissing ? (
        <EmptyState title="This entry isn’t in the log">
          It may be older than the log keeps entries, or of a key that you can’t see.
        </EmptyState>
      ) : single.isError ? (
        <ErrorState
          title="Couldn’t load the entry"
          onRetry={() => void single.refetch()}
          retrying={single.isFetching}
        >
          {errorMessage(single.error)}
        </ErrorState>
      ) : (
        <Skeleton className="h-64" />
      )}
    </Sheet>
  );
}

/** Closing gives the focus to the row of the entry that was open last, not to the one that was opened first. */
function useFocusOfRow(index: number) {
  const last = useRef(index);
  last.current = index;
  useEffect(
    () => () => {
      const rows = document.querySelectorAll('table[aria-label="Access logs"] tbody tr');
      rows[last.current]?.querySelector<HTMLElement>("td:last-child button")?.focus();
    },
    [],
  );
}
