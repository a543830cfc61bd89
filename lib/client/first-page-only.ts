import type { InfiniteData } from "@tanstack/react-query";

/** A paged answer cut to its first page. */
export function firstPageOnly<Page>(data: InfiniteData<Page> | undefined): InfiniteData<Page> | undefined {
  return data && { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) };
}
