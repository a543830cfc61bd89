import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "./api-error";

/** Answers are fresh for 15 seconds. Only what a second try may mend is tried again. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        gcTime: 5 * 60_000,
        retry: (failures, error) => failures < 2 && mayMend(error),
        retryDelay: (failures) => 500 * 2 ** failures,
      },
      mutations: { retry: false },
    },
  });
}

function mayMend(error: unknown): boolean {
  return error instanceof ApiError && (error.code === "unreachable" || error.status >= 500);
}
