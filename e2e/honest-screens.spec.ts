import type { Page } from "@playwright/test";
import { expect, inDatabase, row, test } from "./fixtures";

test("a key whose owner is suspended is listed as Disabled, with the reason", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  await apiKey({ name: "mine" });
  const { key } = await apiKey({ name: "bot key", permissionLevel: "read_write" });
  const made = await workspace.console.post(`/api/workspaces/${workspace.slug}/members`, {
    data: { name: "Deploy bot", role: "viewer" },
  });
  expect(made.ok()).toBe(true);
  const { members } = await (await workspace.console.get(`/api/workspaces/${workspace.slug}/members`)).json();
  const bot = members.find((member: { name: string }) => member.name === "Deploy bot").userId;
  await inDatabase("UPDATE api_keys SET owner_id = $2 WHERE id = $1", [key.id, bot]);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await expect(row(page, "bot key")).toContainText("Active");
  await expect(row(page, "bot key"), "its owner is a viewer").toContainText("Read-only");

  await workspace.console.put(`/api/workspaces/${workspace.slug}/members/${bot}/suspension`, {
    data: { suspended: true },
  });
  await page.reload();
  await expect(row(page, "bot key")).toContainText("Disabled");
  await expect(row(page, "bot key")).toContainText("Owner suspended");
  await page.getByRole("combobox", { name: "Status" }).click();
  await page.getByRole("option", { name: "Disabled" }).click();
  await expect(row(page, "mine")).toBeHidden();
  await row(page, "bot key").getByRole("link", { name: "bot key" }).click();
  await expect(page.getByText("Created as Read & write. Limited by the owner’s role.")).toBeVisible();
});

test("a failed refresh is reported, keeps the data, and can be retried", async ({
  page,
  workspace,
  signIn,
  apiKey,
  expectedErrors,
}) => {
  expectedErrors.push(/Failed to load resource/);
  await apiKey();
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/access-logs?view=sign-ins`);
  const table = page.getByRole("table", { name: "Access logs" });
  await expect(table).toContainText("signed_in");
  const toolsLoaded = page.getByRole("region", { name: "Notifications" });
  await expect(toolsLoaded).toBeAttached();
  await page.route("**/api/workspaces/*/access-logs?*", (route) => route.abort());
  await page.getByRole("button", { name: "Refresh" }).click();
  await expect(page.getByText(/Couldn’t refresh\. Last updated \d?\d:\d\d:\d\d [AP]M\./)).toBeVisible();
  await expect(table).toContainText("signed_in");
  await page.unroute("**/api/workspaces/*/access-logs?*");
  await page.getByRole("button", { name: "Retry" }).click();
  await expect(page.getByText(/Couldn’t refresh/)).toBeHidden();
});

test("a change whose response was lost is looked up again", async ({
  page,
  workspace,
  signIn,
  apiKey,
  expectedErrors,
}) => {
  expectedErrors.push(/Failed to load resource/);
  const { key } = await apiKey({ name: "blog ingest" });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await expect(row(page, "blog ingest")).toContainText("Active");
  // The server makes the change, but the page never gets the response.
  await page.route(`**/api-keys/${key.id}`, async (route) => {
    await route.fetch();
    await route.abort();
  });
  await page.getByRole("button", { name: "Actions for blog ingest" }).click();
  await page.getByRole("menuitem", { name: "Disable" }).click();
  await expect(row(page, "blog ingest")).toContainText("Disabled");
});

test("times use the time zone in the person's profile, to the second", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  await apiKey();
  await workspace.console.patch("/api/account", { data: { timeZone: "Asia/Kathmandu" } });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/access-logs?from=2026-01-02T03:04:05.000Z`);
  const from = page.getByLabel("From", { exact: true });
  await expect(from).toHaveValue(/^2026-01-02T08:49:05/);
  await from.fill("2026-01-02T10:00:07");
  await expect(page).toHaveURL(/from=2026-01-02T04%3A15%3A07/);
  await expect(page.getByText(/Complete up to .*GMT\+5:45/)).toBeVisible();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await page.getByRole("button", { name: "Create API key" }).click();
  await expect(page.getByText(/Expires .* GMT\+5:45\./)).toBeVisible();
});

const waits = [
  {
    what: "the dialog of a new key",
    asks: "**/api-keys/*/activity",
    open: async (page: Page, slug: string) => {
      await page.goto(`/${slug}/settings/api/keys`);
      await page.getByRole("button", { name: "Create API key" }).first().click();
      await page.getByRole("dialog").getByLabel("Name", { exact: true }).fill("blog");
      await page.getByRole("button", { name: "Create key" }).click();
    },
  },
  {
    what: "the page that protects an API",
    asks: "**/access-logs?from=*",
    open: async (page: Page, slug: string) => {
      await page.goto(`/${slug}/settings/api/protect`);
    },
  },
];
for (const { what, asks, open } of waits)
  test(`${what} claims to wait for the first request only while the server responds`, async ({
    page,
    workspace,
    signIn,
    expectedErrors,
  }) => {
    expectedErrors.push(/Failed to load resource/);
    await signIn();
    const waiting = page.getByText("Waiting for the first request…");
    const lost = page.getByText("Connection lost. Trying again…");
    const fail = () => page.route(asks, (route) => route.abort());
    const isAsked = () =>
      page.waitForEvent("requestfailed", (request) => /activity|from=/.test(request.url()));

    // Before the first response.
    await fail();
    await open(page, workspace.slug);
    await expect(lost).toBeVisible();
    const said = page.getByRole("status").filter({ has: lost });
    await said.evaluate((line) => {
      const texts: string[] = [];
      Object.assign(window, { texts });
      new MutationObserver(() => texts.push(line.textContent ?? "")).observe(line, {
        childList: true,
        characterData: true,
        subtree: true,
      });
    });
    for (let turn = 0; turn < 3; turn += 1) await isAsked();
    await page.unroute(asks);
    await expect(waiting).toBeVisible();
    const texts = await page.evaluate(() => (window as unknown as { texts: string[] }).texts);
    expect(texts.length, "polling again changes nothing").toBeGreaterThan(0);
    expect(new Set(texts)).toEqual(new Set(["Waiting for the first request…"]));

    // After a response.
    await fail();
    await expect(lost).toBeVisible();
    await isAsked();
    await expect(waiting).toBeHidden();
    await page.unroute(asks);
    await page.route(asks, (route) =>
      route.fulfill({ status: 503, json: { error: { code: "unavailable", message: "Not now." } } }),
    );
    await expect(page.getByText("Couldn’t check for the first request. Trying again…")).toBeVisible();
    await page.unroute(asks);
    await expect(waiting).toBeVisible();
  });
