import { type QueryKey, type UseQueryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError } from "./api-error";

/** Why the last poll failed: no response, or an error response. */
export type PollTrouble = "unreachable" | "failed";

/**
 * Polls, and continues after failures. `trouble` is set from a failure until the next response, so that the page doesn't claim
 * to wait for something that it can't hear about.
 */
export function usePoll<Answer, Data = Answer>(
  options: UseQueryOptions<Answer, Error, Data, QueryKey> &
    Required<Pick<UseQueryOptions<Answer, Error, Data, QueryKey>, "refetchInterval">>,
): { data: Data | undefined; trouble: PollTrouble | null } {
  const { data, error, errorUpdatedAt, dataUpdatedAt } = useQuery({ retry: false, staleTime: 0, ...options });
  // React Query clears the error while it retries a query that never succeeded.
  const [lastError, setLastError] = useState<Error | null>(null);
  if (error && error !== lastError) setLastError(error);
  const failing = errorUpdatedAt > dataUpdatedAt;
  return { data, trouble: failing ? troubleOf(error ?? lastError) : null };
}

export function troubleOf(error: unknown): PollTrouble {
  return error instanceof ApiError && error.status !== 0 ? "failed" : "unreachable";
}
