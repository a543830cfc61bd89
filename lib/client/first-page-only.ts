import type { InfiniteData } from "@tanstack/react-query";

export function firstPageOnly<Page>(data: InfiniteData<Page> | undefined): InfiniteData<Page> | undefined {
  return data && { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) };
}
