import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { callWithKey, expect, inDatabase, origin, test } from "./fixtures";

test("the access log shows every use of a key, and filters narrow it down", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const { secret, key } = await apiKey();
  await callWithKey(secret, { "x-api-key": secret, "x-request-id": `seen-${workspace.slug}` });
  await workspace.console.post(`/api/workspaces/${workspace.slug}/api-keys/${key.id}/revoke`, { data: {} });
  await callWithKey(secret, { "x-api-key": secret, "x-request-id": `refused-${workspace.slug}` });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/access-logs`);
  const table = page.getByRole("table", { name: "Access logs" });
  await expect(table).toContainText("/api/public/v1/me");
  await expect(table).toContainText("revoked_key");
  await expect(page.getByRole("figure", { name: "Requests over time" })).toBeVisible();
  await expect(page.getByRole("combobox", { name: "Time range" })).toHaveText("Last 24 hours");
  await expect(page.getByText(/Complete up to/)).toBeVisible();

  for (const name of ["Key", "Outcome", "Code"])
    await expect(page.getByRole("combobox", { name, exact: true })).toBeVisible();
  for (const name of ["Address", "Request id"])
    await expect(page.getByLabel(name, { exact: true })).toBeVisible();
  await page.getByRole("combobox", { name: "Outcome", exact: true }).click();
  await page.getByRole("option", { name: "Denied" }).click();
  await expect(page).toHaveURL(/outcome=denied/);
  await expect(table).not.toContainText("valid");
  await expect(table).toContainText("revoked_key");
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByRole("tab", { name: "Sign-ins" }).click();
  await expect(page).toHaveURL(/view=sign-ins/);
  await expect(table).toContainText("signed_in");
  await expect(table).not.toContainText("/api/public/v1/me");
  await page.getByRole("tab", { name: "Keys" }).click();
  await page.getByLabel("Request id", { exact: true }).fill(`seen-${workspace.slug}`);
  await expect(table.getByRole("row")).toHaveCount(2);
  await page.getByLabel("Request id", { exact: true }).fill("never-seen");
  await expect(page.getByText("This workspace has no entry with this request id")).toBeVisible();
});

test("the chart zooms in, the breakdown filters and hides, and both are in the URL", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const { secret } = await apiKey({ name: "alpha" });
  const other = await apiKey({ name: "beta" });
  for (const one of [secret, secret, other.secret]) await callWithKey(one);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/access-logs?range=1h`);
  await expect(page.getByText("Last hour · 3 entries · 0 denied")).toBeVisible();
  await page.getByText("Breakdown").click();
  const keys = page.getByRole("region", { name: "Keys", exact: true });
  await keys.getByRole("button", { name: /^beta/ }).click();
  await expect(page.getByText("Last hour · 1 entry · 0 denied")).toBeVisible();
  await keys.getByRole("button", { name: /^beta/ }).click();
  await keys.getByRole("button", { name: "Hide beta" }).click();
  await expect(page.getByText("Last hour · 2 entries · 0 denied")).toBeVisible();
  await expect(page.getByRole("table", { name: "Access logs" }).getByRole("row")).toHaveCount(3);
  await page.getByRole("button", { name: /^Remove Key is not/ }).click();
  await expect(page.getByText("Last hour · 3 entries · 0 denied")).toBeVisible();
  const chart = page.getByRole("slider", { name: "Requests over time" });
  await chart.focus();
  await chart.press("Shift+ArrowLeft");
  await chart.press("Shift+ArrowLeft");
  await chart.press("Enter");
  await expect(page).toHaveURL(/from=.*&to=|to=.*&from=/);
  await expect(page.getByRole("combobox", { name: "Time range" })).toHaveText("Custom");
  await expect(page.getByRole("slider", { name: "Requests over time" })).toBeVisible();
  // Again, on the bars of the new range.
  await chart.press("Shift+ArrowLeft");
  await chart.press("Enter");
  await chart.press("Escape");
  await chart.press("Escape");
  await expect(page.getByText(/ · 3 entries · 0 denied/)).toBeVisible();
});

test("the live view shows a request as it happens, and an export is saved", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const { secret } = await apiKey();
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/access-logs`);
  await page.getByRole("switch", { name: "Live" }).click();
  await expect(page.getByText("New entries appear here as they happen.")).toBeVisible();
  await callWithKey(secret, { "x-api-key": secret, "x-request-id": `live-${workspace.slug}` });
  const table = page.getByRole("table", { name: "Access logs" });
  await expect(table).toContainText("/api/public/v1/me");
  await page.getByRole("button", { name: "Export" }).click();
  const dialog = page.getByRole("dialog", { name: "Export access logs" });
  await dialog.getByRole("radio", { name: /^NDJSON/ }).check();
  const saved = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Export" }).click();
  const text = readFileSync(await (await saved).path(), "utf8");
  expect(text).toContain(`live-${workspace.slug}`);
  expect(text.trimEnd().split("\n").at(-1)).toBe('{"end":true,"rows":1}');
  await expect(dialog).toBeHidden();
});

test("a denied request's details show the checks in order, up to the one that failed", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const { secret } = await apiKey({ allowedIps: ["203.0.113.0/24"] });
  expect((await callWithKey(secret)).code).toBe("ip_not_allowed");
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/access-logs?outcome=denied`);
  await page
    .getByRole("button", { name: /Details of denied/ })
    .first()
    .click();
  const sheet = page.getByRole("dialog");
  const checks = sheet.getByRole("region", { name: "Checks, in order" }).getByRole("listitem");
  await expect(checks.first()).toContainText("One API key was sent");
  await expect(checks.last()).toContainText("The address is not on the key's allowlist");
  await expect(checks.last()).toContainText("203.0.113.0/24");
  await checks.last().getByRole("button", { name: "Add this address" }).click();
  await expect(checks.last()).toContainText("The key allows 203.0.113.0/24, 127.0.0.1.");
  expect((await callWithKey(secret)).status).toBe(200);
  await page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();
});

test("an open entry is in the URL, J and K go through the others, and closing leaves the focus on the last", async ({
  page,
  workspace,
  signIn,
  apiKey,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 404/);
  const { secret } = await apiKey();
  for (let call = 0; call < 3; call += 1) await callWithKey(secret);
  await signIn();
  const log = `/${workspace.slug}/settings/api/access-logs`;
  await page.goto(log);
  const buttons = page.getByRole("button", { name: /^Details of allowed/ });
  await expect(buttons).toHaveCount(3);
  // What is loaded after the entries has come.
  await expect(page.getByRole("switch", { name: "Live" })).toBeVisible();
  await buttons.first().press("j");
  await expect(buttons.nth(1)).toBeFocused();
  await page.keyboard.press("Enter");
  const sheet = page.getByRole("dialog", { name: "Request allowed" });
  await expect(sheet).toBeVisible();
  const url = page.url();
  await page.keyboard.press("j");
  await expect(sheet.getByRole("button", { name: "Older" })).toBeDisabled();
  await page.keyboard.press("k");
  await expect(page).toHaveURL(url);
  await page.keyboard.press("k");
  await expect(sheet.getByRole("button", { name: "Newer" })).toBeDisabled();
  await page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();
  await expect(buttons.first()).toBeFocused();

  // A link to an entry works whatever the list shows.
  const entry = new URL(url).searchParams.get("entry") ?? "";
  await page.goto(`${log}?outcome=denied&entry=${entry}`);
  await expect(sheet).toBeVisible();
  await expect(sheet.getByRole("button", { name: "Older" })).toBeHidden();
  await page.goto(`${log}?entry=unknown`);
  await expect(page.getByRole("dialog")).toContainText("This entry isn’t in the log");
});

test("each denial names what helps, where the viewer may do it", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const { console: owner, slug } = workspace;
  const { secret, key } = await apiKey({ name: "paused" });
  const path = `/api/workspaces/${slug}/api-keys/${key.id}`;
  await owner.patch(path, { data: { disabled: true } });
  expect((await callWithKey(secret)).code).toBe("disabled_key");
  const limited = await apiKey({ name: "limited", rateLimitPerMinute: 1 });
  await callWithKey(limited.secret);
  expect((await callWithKey(limited.secret)).code).toBe("rate_limit_exceeded");
  const revoked = await apiKey({ name: "revoked" });
  await owner.post(`/api/workspaces/${slug}/api-keys/${revoked.key.id}/revoke`, { data: {} });
  expect((await callWithKey(revoked.secret)).code).toBe("revoked_key");
  await signIn();
  const failed = page.getByRole("region", { name: "Checks, in order" }).getByRole("listitem").last();
  const open = async (code: string) => {
    await page.goto(`/${slug}/settings/api/access-logs?code=${code}`);
    await page.getByRole("button", { name: /^Details of denied/ }).click();
  };
  await open("disabled_key");
  await failed.getByRole("button", { name: "Enable" }).click();
  await expect(failed).toContainText("The key isn’t disabled any more.");
  expect((await callWithKey(secret)).status).toBe(200);
  await open("rate_limit_exceeded");
  await expect(failed).toContainText("The limit is 1 request in any 60 seconds.");
  await expect(failed).toContainText(/1 denied/);
  await open("revoked_key");
  await expect(failed.getByRole("link", { name: "Create a key" })).toBeVisible();
  await page.goto(`/${slug}/settings/api/keys/${key.id}#permissions`);
  await expect(page.getByRole("checkbox", { name: "Change what the new key can do" })).toBeChecked();
  await page.goto(`/${slug}/settings/api/access-logs?requestId=unknown`);
  await expect(page.getByText("A request without a known key belongs to no workspace.")).toBeVisible();
});

test("more filters are fields when they are open, and chips when they aren’t", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const { secret } = await apiKey();
  await callWithKey(secret);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/access-logs`);
  const table = page.getByRole("table", { name: "Access logs" });
  await expect(table.getByRole("row")).toHaveCount(2);
  await page.getByRole("button", { name: "More filters" }).click();
  for (const name of ["Owner", "Source", "Method"])
    await expect(page.getByRole("combobox", { name, exact: true })).toBeVisible();
  await page.getByLabel("Path begins with", { exact: true }).fill("/api/other");
  await expect(page.getByText("No entries match these filters.")).toBeVisible();
  await page.getByRole("button", { name: "More filters" }).click();
  await page.getByRole("button", { name: "Remove Path is /api/other" }).click();
  await expect(table.getByRole("row")).toHaveCount(2);
});

test("on a phone an entry is a card of two lines", async ({ page, workspace, signIn, apiKey }) => {
  const { secret } = await apiKey();
  for (let call = 0; call < 5; call += 1) await callWithKey(secret);
  await page.setViewportSize({ width: 360, height: 780 });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/access-logs`);
  const row = page.getByRole("table", { name: "Access logs" }).getByRole("row").nth(1);
  await expect(row).toContainText("/api/public/v1/me");
  expect((await row.boundingBox())?.height).toBeLessThan(80);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
});

test("a key's menu opens its log, and typing a name filters by another key", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const one = await apiKey({ name: "alpha" });
  const two = await apiKey({ name: "beta" });
  for (const { secret } of [one, two]) await callWithKey(secret);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await page.getByRole("button", { name: "Actions for beta" }).click();
  await page.getByRole("menuitem", { name: "View access logs" }).click();
  await expect(page).toHaveURL(`${origin}/${workspace.slug}/settings/api/access-logs?key=${two.key.id}`);
  const table = page.getByRole("table", { name: "Access logs" });
  await expect(table).toContainText("beta");
  await expect(table).not.toContainText("alpha");
  await page.getByRole("combobox", { name: "Key", exact: true }).fill("alpha");
  await expect(page.getByRole("option", { name: "alpha" })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`key=${one.key.id}`));
  await expect(table).toContainText("alpha");
  await expect(table).not.toContainText("beta");
});

test("an invalid filter is marked in its field", async ({ page, workspace, signIn, expectedErrors }) => {
  expectedErrors.push(/status of 400/);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/access-logs`);
  await page.getByLabel("Address", { exact: true }).fill("not an address");
  await expect(page.getByLabel("Address", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByText("One of the filters isn’t valid.")).toBeVisible();
});

test("a silent server process is reported below the log, also on a narrow page", async ({
  page,
  workspace,
  signIn,
}) => {
  const lost = randomUUID();
  // As after a machine failed and never came back.
  await inDatabase(
    `INSERT INTO access_log.writers (id, renewed_at, frontier_at)
     VALUES ($1, '2026-01-02T03:04:05Z', '2026-01-02T03:04:05Z')`,
    [lost],
  );
  await page.setViewportSize({ width: 360, height: 780 });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/access-logs`);
  const said = page.getByText(/A server process hasn’t reported since/);
  await expect(said).toContainText(/Jan 2, 2026.*\. Its latest entries may be missing\./);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  await inDatabase("UPDATE access_log.writers SET closed_at = clock_timestamp() WHERE id = $1", [lost]);
  await page.getByRole("button", { name: "Refresh" }).first().click();
  await expect(said).toBeHidden();
});
