"use client";

import { useEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import type { AccessLogFilters } from "@/lib/client/queries/access-logs";
import { workspacePath } from "@/lib/client/queries/paths";
import { queryString } from "@/lib/client/query-string";
import type { AccessLogEntry } from "@/lib/contracts/access-logs";

const mostEntries = 500;

/**
 * Follows the log. New entries go to `onEntries`, newest first; while the person reads further down, or an entry is open, they wait
 * behind a button. The list is refreshed when the stream begins, because what came before isn't in it, and when it ends.
 */
export function LiveEntries({
  workspaceSlug,
  query,
  paused,
  onEntries,
  onRefresh,
}: {
  workspaceSlug: string;
  query: AccessLogFilters;
  paused: boolean;
  onEntries: (entries: AccessLogEntry[]) => void;
  onRefresh: () => Promise<unknown>;
}) {
  const [state, setState] = useState<"connecting" | "live" | "ended">("connecting");
  const [waiting, setWaiting] = useState(0);
  const all = useRef<AccessLogEntry[]>([]);
  const line = useRef<HTMLDivElement>(null);

  function show() {
    setWaiting(0);
    onEntries(all.current);
  }
  const now = useRef({ show, onRefresh, onEntries, paused });
  now.current = { show, onRefresh, onEntries, paused };

  // The component is remounted when the filters change.
  const url = `${workspacePath(workspaceSlug)}/access-logs/stream${queryString(query)}`;
  useEffect(() => {
    const source = new EventSource(url);
    source.onopen = () => {
      setState("live");
      void now.current.onRefresh();
    };
    source.onerror = () => setState(source.readyState === EventSource.CLOSED ? "ended" : "connecting");
    source.onmessage = ({ data }) => {
      all.current = [JSON.parse(data) as AccessLogEntry, ...all.current].slice(0, mostEntries);
      const isAbove = (line.current?.getBoundingClientRect().top ?? 0) < 0;
      if (now.current.paused || isAbove) setWaiting((before) => before + 1);
      else now.current.show();
    };
    return () => {
      source.close();
      const { onRefresh: refresh, onEntries: set } = now.current;
      void refresh().finally(() => set([]));
    };
  }, [url]);

  return (
    <div ref={line} className="mb-2 flex min-h-9 flex-wrap items-center gap-3 text-muted text-sm">
      <span role="status">{stateWords[state]}</span>
      {waiting > 0 && (
        <Button size="small" onClick={show}>
          {waiting.toLocaleString("en-US")} new
        </Button>
      )}
    </div>
  );
}

const stateWords = {
  connecting: "Connecting…",
  live: "New entries appear here as they happen.",
  ended: "The live view has ended. Turn Live off and on to start it again.",
};
