import { callWithKey, expect, inDatabase, type TestWorkspace, test } from "./fixtures";
import { expectNoViolationsInBothThemes } from "./violations";

/** Adds 29 days of requests, by hour and by day, as they are counted. */
async function addRequests(workspace: TestWorkspace, keyId: string): Promise<void> {
  await inDatabase(
    `INSERT INTO access_log.key_counts (span, key_id, start, workspace_id, code, would_deny, source, count)
     SELECT span, $1, date_trunc('day', clock_timestamp(), 'UTC') - make_interval(days => ago), w.id, code, '', 'api',
       CASE WHEN code = 'valid' THEN 400 + (ago * 7919) % 500 WHEN ago % 9 = 4 THEN 160 ELSE (ago * 31) % 17 END
     FROM generate_series(1, 29) AS ago, workspaces w, unnest(ARRAY['valid', 'rate_limit_exceeded']) AS code,
       unnest(ARRAY['hour', 'day']) AS span WHERE w.slug = $2`,
    [keyId, workspace.slug],
  );
  await inDatabase(
    `INSERT INTO access_log.workspace_counts (span, start, workspace_id, kind, address, client, route, code, would_deny, source, count)
     SELECT span, start, workspace_id, 'all', '', '', '', code, would_deny, source, count FROM access_log.key_counts
     WHERE key_id = $1 AND start < date_trunc('day', clock_timestamp(), 'UTC')`,
    [keyId],
  );
}

/** Adds a quota, partly used in the current period. */
async function addQuota(
  workspace: TestWorkspace,
  meter: string,
  period: "month" | "day",
  allowance: number,
  used: number,
  keyId = "",
): Promise<void> {
  await inDatabase(
    `INSERT INTO quotas.quotas (workspace_id, key_id, meter, period, allowance)
     SELECT id, $2, $3, $4, $5 FROM workspaces WHERE slug = $1`,
    [workspace.slug, keyId, meter, period, allowance],
  );
  await inDatabase(
    `INSERT INTO quotas.usages (workspace_id, key_id, meter, period, starts_at, counted_since, granted)
     SELECT id, $2, $3, $4, date_trunc($4, clock_timestamp(), 'UTC'), date_trunc($4, clock_timestamp(), 'UTC'), $5
     FROM workspaces WHERE slug = $1`,
    [workspace.slug, keyId, meter, period, used],
  );
}

test("the page shows requests in groups and quotas, for the workspace or one key", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const one = await apiKey({ name: "alpha" });
  const two = await apiKey({ name: "beta" });
  await addRequests(workspace, one.key.id);
  await addQuota(workspace, "requests", "month", 1_000_000, 8400);
  await addQuota(workspace, "uploads", "month", 100, 100);
  await addQuota(workspace, "uploads", "day", 50, 0, two.key.id);
  expect(await callWithKey(two.secret)).toMatchObject({ status: 200 });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await page.getByRole("link", { name: "Usage", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Usage", level: 1 })).toBeVisible();

  const requests = page.getByRole("region", { name: "Requests" });
  const chart = (name: string) => requests.getByRole("slider", { name: `Requests by ${name}` });
  const rowsBy = (name: string) =>
    requests.getByRole("table", { name: `Requests by ${name}`, exact: true }).getByRole("row");
  await chart("key").focus();
  await page.keyboard.press("End");
  await expect(chart("key")).toHaveAttribute("aria-valuetext", /: alpha 0, beta 1$/);
  await expect(rowsBy("key")).toHaveText([/^Key/, /^alpha/, /^beta10under 1%/]);

  await requests.getByRole("combobox", { name: "Group by" }).click();
  await page.getByRole("option", { name: "Code" }).click();
  await expect(page).toHaveURL(/by=code/);
  await expect(rowsBy("code")).toHaveText([/^Code/, /^valid/, /^rate_limit_exceeded0/]);
  await page.reload();
  await expect(rowsBy("code")).toHaveCount(3);
  await requests.getByRole("combobox", { name: "Group by" }).click();
  await page.getByRole("option", { name: "Route" }).click();
  // The added requests are counted by key only.
  await expect(rowsBy("route")).toHaveText([/^Route/, /^\/api\/public10/, /^Other or unknown/]);
  await requests.getByRole("combobox", { name: "Time range" }).click();
  await page.getByRole("option", { name: "Last hour" }).click();
  await expect(page).toHaveURL(/range=1h/);
  await expect(rowsBy("route")).toHaveText([/^Route/, /^\/api\/public10100%/]);
  await requests.getByRole("link", { name: "/api/public" }).click();
  await expect(page).toHaveURL(/access-logs\?from=.+&to=.+&route=%252Fapi%252Fpublic/);
  await expect(
    page.getByRole("table", { name: "Access logs" }).getByRole("cell").filter({ hasText: "/v1/me" }),
  ).toBeVisible();
  await page.goBack();
  await requests.getByRole("combobox", { name: "Group by" }).click();
  await page.getByRole("option", { name: "Permission" }).click();
  await expect(rowsBy("permission")).toHaveText([/^Permission/, /^Read-only10100%/]);

  const quotas = page.getByRole("region", { name: "Quotas" });
  const row = (name: RegExp) =>
    quotas.getByRole("listitem").filter({ has: page.getByRole("heading", { name }) });
  await expect(row(/^Requests$/)).toContainText("8,401 of 1,000,000 this month");
  await expect(row(/^Requests$/)).toContainText(/Resets on \w+ 1\b/);
  await expect(row(/^uploads Used up$/)).toContainText("100 of 100 this month");
  await expect(row(/^uploads for beta$/)).toContainText("0 of 50 today");

  await page.getByRole("combobox", { name: "Key", exact: true }).fill("beta");
  await expect(page.getByRole("option", { name: "beta" })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`key=${two.key.id}`));
  await expect(requests.getByText("1 allowed")).toBeVisible();
  await expect(quotas.getByRole("link", { name: "for beta" })).toBeVisible();
  await page.reload();
  await expect(requests.getByText("1 allowed")).toBeVisible();
});

test("the page has empty states, and can retry after an error", async ({
  page,
  workspace,
  signIn,
  apiKey,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 503/);
  await apiKey({ name: "blog ingest" });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/usage`);
  await expect(page.getByText("No requests in the last 30 days")).toBeVisible();
  await expect(page.getByText("This workspace has no quotas")).toBeVisible();
  const answer = { error: { code: "unavailable", message: "Not now.", request_id: "req_1", doc_url: "" } };
  const requests = "**/api/workspaces/*/usage/*?key=*";
  await page.route(requests, (route) => route.fulfill({ status: 503, json: answer }));
  const filter = page.getByLabel("Key", { exact: true });
  await filter.fill("blog ingest");
  await filter.press("Enter");
  for (const what of ["requests", "quotas"])
    await expect(page.getByText(`Couldn’t load ${what}`)).toBeVisible({ timeout: 30_000 });
  await page.unroute(requests);
  for (const part of ["Requests", "Quotas"])
    await page.getByRole("region", { name: part }).getByRole("button", { name: "Retry" }).click();
  await expect(page.getByText("This workspace has no quotas")).toBeVisible();
  await expect(page.getByText("This key wasn’t used.")).toBeVisible();
});

for (const width of [1280, 360]) {
  test(`axe finds nothing on a full page at ${width} px`, async ({ page, workspace, signIn, apiKey }) => {
    const { key } = await apiKey();
    await addRequests(workspace, key.id);
    await addQuota(workspace, "requests", "month", 30_000, 8400);
    await addQuota(workspace, "credits", "month", 10_000, 9100);
    await addQuota(workspace, "uploads", "month", 100, 100);
    await addQuota(workspace, "chats", "day", 5_000, 12, key.id);
    await page.setViewportSize({ width, height: 900 });
    await signIn();
    await page.goto(`/${workspace.slug}/settings/api/usage`);
    await expect(page.getByRole("slider", { name: "Requests by key" })).toBeVisible();
    await expectNoViolationsInBothThemes(page, "usage");
  });
}

test.describe("in another locale and time zone than the server's", () => {
  test.use({ locale: "de-DE", timezoneId: "Asia/Kathmandu" });

  // A hydration error in the browser's console fails it.
  test("the pages with dates match the server's HTML until they're hydrated, then follow the viewer", async ({
    page,
    workspace,
    signIn,
    apiKey,
  }) => {
    const { key } = await apiKey();
    await addRequests(workspace, key.id);
    await addQuota(workspace, "requests", "month", 30_000, 8400);
    await signIn();
    await page.goto(`/${workspace.slug}/settings/api/usage`);
    await expect(page.getByText(/Resets on 1\. \w+/)).toBeVisible();
    for (const path of [`keys/${key.id}`, "keys", "access-logs"]) {
      await page.goto(`/${workspace.slug}/settings/api/${path}`);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    }
  });
});
