import type { AccessLogEntry, AccessLogPage } from "@/lib/contracts/access-logs";
import { apiRequest } from "./api-client";
import { queryKeys } from "./query-keys";
import { queryString } from "./query-string";
import { usePoll } from "./use-poll";

/**
 * The first decision that a gateway or a service requested since a time: the first allowed one, or else the newest denied one.
 * Polls every 1.5 seconds until one was allowed, except while the page is hidden.
 */
export function useFirstDecision(workspace: string, since: string) {
  const filters = { from: since, limit: "50" };
  const { data, trouble } = usePoll({
    queryKey: queryKeys.accessLogList(workspace, { ...filters, decisions: "asked" }),
    queryFn: ({ signal }) =>
      apiRequest<AccessLogPage>(
        `/api/workspaces/${encodeURIComponent(workspace)}/access-logs${queryString(filters)}`,
        { signal, background: true },
      ),
    select: ({ entries }) => firstDecision(entries),
    refetchInterval: (query) =>
      firstDecision(query.state.data?.entries ?? [])?.outcome === "allowed" ? false : 1500,
  });
  return { first: data ?? null, trouble };
}

/** Expects the newest entries first. */
export function firstDecision(entries: readonly AccessLogEntry[]): AccessLogEntry | null {
  const asked = entries.filter(({ source }) => source === "forward_auth" || source === "verify");
  return asked.findLast(({ outcome }) => outcome === "allowed") ?? asked[0] ?? null;
}
