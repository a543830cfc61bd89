import { MutationCache, type Query, QueryClient } from "@tanstack/react-query";
import { ApiError } from "./api-error";

/**
 * Data is fresh for 15 seconds. Only reads are retried, and only after failures that a retry may fix.
 *
 * `networkMode: "always"`, because by default React Query holds requests back while the browser is offline and sends them later,
 * including a revocation that the person canceled in the meantime.
 */
export function createQueryClient(): QueryClient {
  const queryClient = new QueryClient({
    mutationCache: new MutationCache({
      // Runs before the mutation's own onSuccess. A read already in flight may return the state from before the change, so it's
      // canceled and repeated.
      async onSuccess() {
        const reads = queryClient.getQueryCache().findAll({ fetchStatus: "fetching" });
        const predicate = (query: Query) => reads.includes(query);
        await queryClient.cancelQueries({ predicate });
        void queryClient.refetchQueries({ predicate });
      },
      onError: (error) => {
        // The change may have been made: refresh what the page shows.
        if (answerWasLost(error)) void queryClient.invalidateQueries();
      },
    }),
    defaultOptions: {
      queries: {
        networkMode: "always",
        refetchOnReconnect: true,
        staleTime: 15_000,
        // The server creates a client per page. A timer for each query would keep all of them in memory for five minutes.
        gcTime: typeof window === "undefined" ? Number.POSITIVE_INFINITY : 5 * 60_000,
        retry: (failures, error) => failures < 2 && isTransient(error),
        retryDelay: (failures) => 500 * 2 ** failures,
      },
      mutations: { networkMode: "always", retry: false },
    },
  });
  return queryClient;
}

function isTransient(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    (error.code === "unreachable" || error.code === "offline" || error.status >= 500)
  );
}

/** Whether a request was sent but got no response, so that it's unknown whether a change was made. */
function answerWasLost(error: unknown): boolean {
  return error instanceof ApiError && ["unreachable", "timed_out", "unreadable_answer"].includes(error.code);
}
