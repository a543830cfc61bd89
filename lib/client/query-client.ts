import { MutationCache, type Query, QueryClient } from "@tanstack/react-query";
import { ApiError } from "./api-error";
import { answerWasLost } from "./lost-answer";

/**
 * Answers are fresh for 15 seconds. Only reads are retried, and only after a failure that a retry may fix.
 *
 * `networkMode: "always"`: by default React Query holds requests back while the browser is offline and sends them when it is
 * online again, a revocation too that was cancelled in the meantime. A request is sent when it is made, or fails at once.
 */
export function createQueryClient(): QueryClient {
  const queryClient = new QueryClient({
    // It is not known whether the change was made: what the page shows is looked up again.
    mutationCache: new MutationCache({
      // Before the mutation's own onSuccess. A read that was under way may have seen what was there before the change: it must
      // not replace the answer to the change, so it is made again.
      async onSuccess() {
        const reads = queryClient.getQueryCache().findAll({ fetchStatus: "fetching" });
        const predicate = (query: Query) => reads.includes(query);
        await queryClient.cancelQueries({ predicate });
        void queryClient.refetchQueries({ predicate });
      },
      onError: (error) => {
        if (answerWasLost(error)) void queryClient.invalidateQueries();
      },
    }),
    defaultOptions: {
      queries: {
        networkMode: "always",
        refetchOnReconnect: true,
        staleTime: 15_000,
        gcTime: 5 * 60_000,
        retry: (failures, error) => failures < 2 && mayMend(error),
        retryDelay: (failures) => 500 * 2 ** failures,
      },
      mutations: { networkMode: "always", retry: false },
    },
  });
  return queryClient;
}

function mayMend(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    (error.code === "unreachable" || error.code === "offline" || error.status >= 500)
  );
}
