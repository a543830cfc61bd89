import type { Locator } from "@playwright/test";
import { callWithKey, expect, row, test } from "./fixtures";
import { expectNoViolations } from "./violations";

test("a key's limits are edited, and stricter ones apply at once", async ({
  page,
  workspace,
  signIn,
  apiKey,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 400/);
  const { secret } = await apiKey({ name: "importer" });
  expect(await callWithKey(secret)).toMatchObject({ status: 200 });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await row(page, "importer").getByRole("button", { name: "Actions for importer" }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit importer" });
  await expect(dialog.getByLabel("Environment")).toHaveValue("production");
  await dialog.getByLabel("Allowed addresses").fill("203.0.113.0/24\nlocalhost");
  await dialog.getByLabel("Rate limit per minute").fill("30");
  await dialog.getByLabel("Notes").fill("Used by the night job.\nAsk Ben.");
  await expectNoViolations(page);
  await dialog.getByRole("button", { name: "Save changes" }).click();
  await expect(dialog.getByText(/^localhost: /)).toBeVisible();
  await expect(dialog.getByRole("alert")).toHaveCount(0);
  await dialog.getByLabel("Allowed addresses").fill("203.0.113.0/24");
  await dialog.getByRole("button", { name: "Save changes" }).click();
  await expect(dialog).toBeHidden();
  expect(await callWithKey(secret)).toEqual({ status: 403, code: "ip_not_allowed" });

  await row(page, "importer").getByRole("link", { name: "importer" }).click();
  await expect(page.getByText("30 requests per minute")).toBeVisible();
  await expect(page.getByText("Ask Ben.")).toBeVisible();
  await page.getByRole("button", { name: "Edit", exact: true }).click();
  await dialog.getByLabel("Allowed addresses").fill("");
  await dialog.getByRole("combobox", { name: "Expiration" }).click();
  await page.getByRole("option", { name: "30 days from now" }).click();
  await dialog.getByRole("button", { name: "Save changes" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("in 30 days")).toBeVisible();
  expect(await callWithKey(secret)).toMatchObject({ status: 200 });
});

test("stricter limits are tried on recent requests before they are saved", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const { secret } = await apiKey({ name: "importer" });
  for (let call = 0; call < 3; call += 1) await callWithKey(secret);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await row(page, "importer").getByRole("button", { name: "Actions for importer" }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit importer" });
  const effect = dialog.getByRole("region", { name: "Effect on recent requests" });
  await expect(dialog.getByLabel("Environment")).toHaveValue("production");
  await expect(effect).toBeHidden();
  await dialog.getByLabel("Allowed addresses").fill("203.0.113.0/24");
  await expect(effect).toContainText("Would have refused 3 of 3 requests of the last 7 days.");
  await expect(effect.getByRole("listitem")).toContainText("127.0.0.1");
  await expect(effect.getByRole("listitem")).toContainText("nightly-export 1.4");
  await expectNoViolations(page);
  await dialog.getByLabel("Allowed addresses").fill("127.0.0.1");
  await expect(effect).toContainText("Would have refused none of the 3 requests of the last 7 days.");
  await dialog.getByLabel("Allowed addresses").fill("");
  await dialog.getByLabel("Rate limit per minute").fill("1");
  await expect(effect).toContainText(/Would have refused about [12] of 3 requests/);
  await dialog.getByLabel("Rate limit per minute").fill("");
  await expect(effect).toBeHidden();
});

test("stricter addresses are reported first, then enforced", async ({ page, workspace, signIn, apiKey }) => {
  const { secret } = await apiKey({ name: "importer" });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await row(page, "importer").getByRole("button", { name: "Actions for importer" }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit importer" });
  await expect(dialog.getByLabel("Environment")).toHaveValue("production");
  await dialog.getByLabel("Allowed addresses").fill("203.0.113.0/24");
  await dialog.getByRole("checkbox", { name: "Report only" }).check();
  await dialog.getByRole("combobox", { name: "Start refusing them" }).click();
  await page.getByRole("option", { name: "In 30 days" }).click();
  await expectNoViolations(page);
  await dialog.getByRole("button", { name: "Save changes" }).click();
  await expect(dialog).toBeHidden();
  expect(await callWithKey(secret)).toMatchObject({ status: 200 });

  await row(page, "importer").getByRole("link", { name: "importer" }).click();
  const section = page.getByRole("region", { name: "Report-only addresses" });
  await expect(section).toContainText("They will be refused in 30 days.");
  await expect(section).toContainText("Would have refused 1 of 1 request of the last 7 days.");
  await expectNoViolations(page);
  await section.getByRole("link", { name: "marked in the access log" }).click();
  const entry = page.getByRole("table", { name: "Access logs" }).getByRole("row").nth(1);
  await expect(entry).toContainText("Would be refused");
  await entry.getByRole("button", { name: /^Details of allowed/ }).click();
  await expect(page.getByText("The address is allowed, but not on the report-only list")).toBeVisible();
  await page.goBack();
  await section.getByRole("button", { name: "Enforce now" }).click();
  await expect(section).toBeHidden();
  await expect(page.getByText("importer now accepts requests from these addresses only.")).toBeVisible();
  expect(await callWithKey(secret)).toEqual({ status: 403, code: "ip_not_allowed" });
});

test("a lower rate limit is reported first, beside addresses, then enforced", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const { secret } = await apiKey({ name: "importer" });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  const edit = async (fill: (dialog: Locator) => Promise<void>) => {
    await page.getByRole("button", { name: "Edit" }).click();
    const dialog = page.getByRole("dialog", { name: "Edit importer" });
    await fill(dialog);
    await dialog.getByRole("checkbox", { name: "Report only" }).check();
    await dialog.getByRole("button", { name: "Save changes" }).click();
    await expect(dialog).toBeHidden();
  };
  await row(page, "importer").getByRole("link", { name: "importer" }).click();
  await edit((dialog) => dialog.getByLabel("Rate limit per minute").fill("1"));
  for (const _ of [1, 2]) expect(await callWithKey(secret)).toMatchObject({ status: 200 });
  await page.reload();
  const section = page.getByRole("region", { name: "Report-only rate limit" });
  await expect(section).toContainText("1 request per minute instead of 600");
  await expect(section).toContainText("Requests beyond 1 per minute still pass");
  await expectNoViolations(page);
  await section.getByRole("link", { name: "marked in the access log" }).click();
  const entries = page.getByRole("table", { name: "Access logs" }).getByRole("row");
  await expect(entries).toHaveCount(2);
  await entries
    .nth(1)
    .getByRole("button", { name: /^Details of allowed/ })
    .click();
  await expect(page.getByText("Within the rate limit, but beyond the report-only limit")).toBeVisible();
  await page.goBack();

  await edit((dialog) => dialog.getByLabel("Allowed addresses").fill("127.0.0.1\n::1"));
  const both = page.getByRole("region", { name: "Report-only limits" });
  await expect(both.getByRole("list", { name: "Report-only addresses" })).toContainText("127.0.0.1");
  await both.getByRole("button", { name: "Enforce now" }).click();
  await expect(both).toBeHidden();
  expect(await callWithKey(secret)).toEqual({ status: 429, code: "rate_limit_exceeded" });
});
