import type { DataTag, InfiniteData, QueryKey } from "@tanstack/query-core";
import { apiRequest } from "../api-client";

/**
 * The queries that pages start with are in this folder. The server renders a page with their results; the browser refetches them
 * from the routes. Server components import these files, so they must not import hooks, and only types of React Query: Next.js
 * would otherwise send the whole library to the browser.
 */
export function oneQuery<Answer>(queryKey: QueryKey, path: string, { background = false } = {}) {
  return {
    queryKey: queryKey as DataTag<QueryKey, Answer, Error>,
    queryFn: ({ signal }: { signal: AbortSignal }) => apiRequest<Answer>(path, { signal, background }),
  };
}

export function pagesQuery<Page extends { nextCursor: string | null }>(
  queryKey: QueryKey,
  ask: (cursor: string | null, signal: AbortSignal) => Promise<Page>,
) {
  return {
    queryKey: queryKey as DataTag<QueryKey, InfiniteData<Page>, Error>,
    queryFn: ({ pageParam, signal }: { pageParam: string | null; signal: AbortSignal }) =>
      ask(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Page) => page.nextCursor,
  };
}
