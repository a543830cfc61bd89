import { expect, type Page } from "@playwright/test";

/** Everything that outlives a component: storage, URLs, the page's data and React Query's caches. */
export async function keptInBrowser(page: Page): Promise<string> {
  const stores = await page.evaluate(async () => {
    const cached = await Promise.all(
      (await caches.keys()).map(async (name) =>
        (await (await caches.open(name)).keys()).map(({ url }) => url),
      ),
    );
    const data = (window as { __next_f?: unknown }).__next_f ?? null;
    const kept = [localStorage, sessionStorage, history.state, await indexedDB.databases(), cached, data];
    return [...kept.map((one) => JSON.stringify(one)), location.href, document.cookie].join("\n");
  });
  const queries = await page.evaluate(readQueryCaches);
  expect(queries, "found the caches").toContain("workspaces");
  return stores + queries;
}

/** Finds the query client in React's tree, as a prop of its provider. */
function readQueryCaches(): string {
  type Client = Record<
    "getQueryCache" | "getMutationCache",
    () => { getAll(): { queryKey?: unknown; state: unknown }[] }
  >;
  type Fiber = { child: Fiber | null; sibling: Fiber | null; memoizedProps: { client?: Client } | null };
  const containerKey = Object.keys(document).find((key) => key.startsWith("__reactContainer"));
  const waiting = [(document as unknown as Record<string, Fiber | null>)[containerKey ?? ""] ?? null];
  while (waiting.length > 0) {
    const fiber = waiting.pop();
    if (!fiber) continue;
    const client = fiber.memoizedProps?.client;
    if (client?.getQueryCache) {
      const all = [...client.getQueryCache().getAll(), ...client.getMutationCache().getAll()];
      return JSON.stringify(all.map(({ queryKey, state }) => ({ queryKey, state })));
    }
    waiting.push(fiber.sibling, fiber.child);
  }
  return "";
}
