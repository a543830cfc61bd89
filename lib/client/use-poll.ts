import { type QueryKey, type UseQueryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError } from "./api-error";

/** Why the last answer did not come: nothing was heard of the server, or it refused. */
export type PollTrouble = "unreachable" | "refused";

/**
 * Asks again and again by itself. A failed question is asked again at the next turn, and `trouble` says so from the failure until
 * the next answer: what waits for something must not go on saying that it waits while it hears nothing.
 */
export function usePoll<Answer, Data = Answer>(
  options: UseQueryOptions<Answer, Error, Data, QueryKey> &
    Required<Pick<UseQueryOptions<Answer, Error, Data, QueryKey>, "refetchInterval">>,
): { data: Data | undefined; trouble: PollTrouble | null } {
  const { data, error, errorUpdatedAt, dataUpdatedAt } = useQuery({ retry: false, staleTime: 0, ...options });
  // React Query forgets the error while it asks again for what it never got.
  const [lastError, setLastError] = useState<Error | null>(null);
  if (error && error !== lastError) setLastError(error);
  const failing = errorUpdatedAt > dataUpdatedAt;
  return { data, trouble: failing ? troubleOf(error ?? lastError) : null };
}

export function troubleOf(error: unknown): PollTrouble {
  return error instanceof ApiError && error.status !== 0 ? "refused" : "unreachable";
}
