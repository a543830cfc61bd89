// Not from @tanstack/react-query: importing it in a server component sends the whole library to the browser.
import { type DataTag, dehydrate, type InfiniteData, QueryClient, type QueryKey } from "@tanstack/query-core";
import type { ReactNode } from "react";
import { PrefetchedQueries } from "@/components/layout/prefetched-queries";
import { firstAnswer } from "./first-answer";

/**
 * Reads data on the server and stores it as the result of a browser query. The read starts in `Prefetched`, which handles its
 * failure: a layout may redirect before that, and a read that had already started would then reject unhandled.
 */
export type PageQuery = (client: QueryClient) => Promise<void>;

export function pageQuery<Answer>(
  { queryKey }: { queryKey: DataTag<QueryKey, Answer, Error> },
  read: () => Promise<NoInfer<Answer>>,
): PageQuery {
  return async (client) => {
    client.setQueryData<unknown>(queryKey, asJson(await read()));
  };
}

/** The same for the first page of a paginated list. */
export function pageListQuery<Page>(
  { queryKey }: { queryKey: DataTag<QueryKey, InfiniteData<Page>, Error> },
  read: () => Promise<NoInfer<Page>>,
): PageQuery {
  return async (client) => {
    client.setQueryData<unknown>(queryKey, { pages: [asJson(await read())], pageParams: [null] });
  };
}

/**
 * Sends the results to the browser with the HTML. Results that are refused or fail are left out: the browser then requests them
 * from the route and shows its error.
 */
export async function Prefetched({
  userId,
  queries,
  children,
}: {
  userId: string;
  queries: PageQuery[];
  children: ReactNode;
}) {
  const client = new QueryClient();
  await Promise.allSettled(queries.map((query) => query(client)));
  firstAnswer().arrive();
  return (
    <PrefetchedQueries userId={userId} state={dehydrate(client)}>
      {children}
    </PrefetchedQueries>
  );
}

/** Exactly what the route's JSON would contain. */
function asJson<Answer>(answer: Answer): Answer {
  return JSON.parse(JSON.stringify(answer));
}
