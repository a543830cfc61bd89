export type SearchParams = Promise<Record<string, string | string[] | undefined>>;

/** The query of a page's URL, as the browser's `useSearchParams` reads it. */
export async function pageSearch(searchParams: SearchParams): Promise<URLSearchParams> {
  const search = new URLSearchParams();
  for (const [name, values] of Object.entries(await searchParams)) {
    for (const value of [values ?? []].flat()) search.append(name, value);
  }
  return search;
}
