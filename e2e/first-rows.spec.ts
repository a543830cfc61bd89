import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures";

/** What pages ask the console's routes for, from their first request on. */
function noteRequests(page: Page): string[] {
  const asked: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith("/api/")) asked.push(pathname);
  });
  return asked;
}

test("API keys: the rows come with the page, which asks for none of them", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  await apiKey({ name: "blog ingest" });
  await apiKey({ name: "nightly export" });
  await signIn();
  const path = `/${workspace.slug}/settings/api/keys`;

  const answer = await page.request.get(path);
  const html = await answer.text();
  expect(html).toContain("nightly export</a>");
  expect(answer.headers()["cache-control"]).toContain("no-store");

  // A list that is asked for by script would never come.
  await page.route("**/api/workspaces/**", () => {});
  const asked = noteRequests(page);
  await page.goto(path);
  await expect(page.getByRole("link", { name: "blog ingest", exact: true })).toBeVisible();
  await expect(page.getByText("2 keys")).toBeVisible();
  await page.waitForLoadState("networkidle");
  expect(asked).toEqual([]);

  await page.goto(`${path}?q=nightly&status=active&owner=me`);
  await expect(page.getByText("1 key", { exact: true })).toBeVisible();
  await page.waitForLoadState("networkidle");
  expect(asked).toEqual([]);
});

test("a table's links are fetched ahead only when the pointer comes near", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const { key } = await apiKey();
  await signIn();
  const fetched: string[] = [];
  page.on("request", (request) => fetched.push(new URL(request.url()).pathname));
  const path = `/${workspace.slug}/settings/api/keys`;
  await page.goto(path);
  await page.waitForLoadState("networkidle");
  expect(fetched).not.toContain(`${path}/${key.id}`);
  await page.getByRole("link", { name: key.name, exact: true }).hover();
  await expect.poll(() => fetched).toContain(`${path}/${key.id}`);
});
