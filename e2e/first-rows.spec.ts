import type { Locator, Page } from "@playwright/test";
import { callWithKey, expect, test } from "./fixtures";

/** Collects the paths of API requests. */
function noteRequests(page: Page): string[] {
  const asked: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith("/api/")) asked.push(pathname);
  });
  return asked;
}

test("the API keys page contains its rows, without a request for the list", async ({
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

  // Requests for the list are never answered.
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

test("every settings page shows its data without a request for it", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const { key, secret } = await apiKey({ name: "blog ingest" });
  expect(await callWithKey(secret)).toMatchObject({ status: 200 });
  await signIn();
  // Wait until the request is in the log.
  const log = `/api/workspaces/${workspace.slug}/access-logs?key=${key.id}`;
  await expect.poll(async () => (await (await workspace.console.get(log)).json()).entries.length).toBe(1);
  await page.route("**/api/{workspaces,account}/**", (route) =>
    // These are polled.
    /\/account\/(session|activity)$/.test(route.request().url()) ? route.continue() : undefined,
  );
  const asked = noteRequests(page);
  const shown: [path: string, what: Locator][] = [
    [
      `api/keys/${key.id}`,
      page.getByRole("table", { name: "Recent requests" }).getByRole("cell").filter({ hasText: "/v1/me" }),
    ],
    [
      `api/access-logs?key=${key.id}`,
      page.getByRole("table", { name: "Access logs" }).getByRole("cell").filter({ hasText: "/v1/me" }),
    ],
    [`api/usage?key=${key.id}`, page.getByRole("slider")],
    ["api/event-subscriptions", page.getByText("No event subscriptions yet")],
    ["members", page.getByRole("table", { name: "Members" }).getByText(workspace.owner.email)],
    [
      "audit-log?action=api_key.created",
      page.getByRole("table", { name: "Audit log" }).getByRole("cell").filter({ hasText: "blog ingest" }),
    ],
    ["security", page.getByRole("list", { name: "Sessions" }).getByText("This session")],
    ["workspace", page.getByRole("heading", { name: "Single sign-on" })],
    ["profile", page.getByRole("heading", { name: "Picture" })],
  ];
  for (const [path, what] of shown) {
    await page.goto(`/${workspace.slug}/settings/${path}`);
    await expect(what.first()).toBeVisible();
    await page.waitForLoadState("networkidle");
    expect(
      asked.filter((name) => !name.startsWith("/api/account/session")),
      path,
    ).toEqual([]);
  }
});

test("links in a table are prefetched on hover only", async ({ page, workspace, signIn, apiKey }) => {
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
