import type { Page } from "@playwright/test";
import { callWithKey, expect, inDatabase, row, test } from "./fixtures";

test("keys selected in the table are revoked together, after a preview", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const [alpha] = [
    await apiKey({ name: "alpha" }),
    await apiKey({ name: "beta" }),
    await apiKey({ name: "gamma" }),
  ];
  expect(await callWithKey(alpha.secret)).toMatchObject({ status: 200 });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await select(page, "alpha");
  await select(page, "beta");
  const toolbar = page.getByRole("toolbar", { name: "2 selected" });
  await toolbar.getByRole("button", { name: "Revoke" }).click();
  const question = page.getByRole("dialog", { name: "Revoke 2 keys?" });
  await expect(question).toContainText("2 keys will be revoked. 1 was used in the last 7 days.");
  await question.getByRole("button", { name: "Revoke 2 keys" }).click();
  await expect(question.getByText("Type “revoke” exactly.")).toBeVisible();
  await question.getByLabel("Type revoke to confirm").fill("revoke");
  await question.getByRole("button", { name: "Revoke 2 keys" }).click();
  await expect(
    page.getByText(/2 keys revoked\. Rejected everywhere in \d+ ms, on 1 of 1 instance\./),
  ).toBeVisible();
  expect(await callWithKey(alpha.secret)).toEqual({ status: 401, code: "revoked_key" });
  await expect(row(page, "gamma")).toBeVisible();
  await expect(row(page, "alpha")).toBeHidden();
  await expect(page.getByRole("toolbar")).toBeHidden();
});

test("all keys are disabled and enabled, and a new filter ends the selection", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const { secret } = await apiKey({ name: "alpha" });
  await apiKey({ name: "beta" });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await page.getByRole("checkbox", { name: "Select all" }).press("Space");
  await page.getByRole("toolbar", { name: "2 selected" }).getByRole("button", { name: "Disable" }).click();
  await page.getByRole("button", { name: "Disable 2 keys" }).click();
  await expect(page.getByText(/^2 keys disabled\./)).toBeVisible();
  expect(await callWithKey(secret)).toEqual({ status: 401, code: "disabled_key" });

  await select(page, "alpha");
  await page.getByRole("toolbar", { name: "1 selected" }).getByRole("button", { name: "Enable" }).click();
  await page.getByRole("button", { name: "Enable 1 key" }).click();
  await expect(row(page, "alpha")).toContainText("Active");
  expect(await callWithKey(secret)).toMatchObject({ status: 200 });

  await page.getByRole("checkbox", { name: "Select all" }).press("Space");
  await page.getByRole("toolbar", { name: "2 selected" }).getByRole("button", { name: "Disable" }).click();
  const question = page.getByRole("dialog", { name: "Disable 2 keys?" });
  await expect(question).toContainText("1 of 2 keys will be disabled.");
  await expect(question).toContainText("beta: It is already disabled.");
  await question.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("searchbox", { name: "Search API keys" }).fill("alpha");
  await expect(page.getByRole("toolbar")).toBeHidden();
});

test("keys are extended and transferred", async ({ page, workspace, signIn, apiKey }) => {
  await apiKey({ name: "alpha", expiresInDays: 1 });
  await apiKey({ name: "beta" });
  const added = await workspace.console.post(`/api/workspaces/${workspace.slug}/members`, {
    data: { name: "Deploy bot", role: "admin" },
  });
  expect(added.ok()).toBe(true);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await select(page, "alpha");
  await page.getByRole("toolbar").getByRole("button", { name: "Extend" }).click();
  const extend = page.getByRole("dialog", { name: "Extend 1 key" });
  await extend.getByRole("combobox", { name: "Expiration" }).click();
  await page.getByRole("option", { name: "1 year" }).click();
  await extend.getByRole("button", { name: "Extend 1 key" }).click();
  await expect(page.getByText("1 key extended.")).toBeVisible();
  const nextYear = new Date(Date.now() + 365 * 86_400_000).getUTCFullYear();
  await expect(row(page, "alpha")).toContainText(String(nextYear));

  await page.getByRole("checkbox", { name: "Select all" }).press("Space");
  await page.getByRole("toolbar").getByRole("button", { name: "Transfer" }).click();
  const transfer = page.getByRole("dialog", { name: "Transfer 2 keys" });
  await expect(transfer.getByRole("button", { name: "Transfer" })).toBeDisabled();
  await transfer.getByRole("combobox", { name: "New owner" }).click();
  await page.getByRole("option", { name: /Deploy bot/ }).click();
  await transfer.getByRole("button", { name: "Transfer 2 keys" }).click();
  await expect(page.getByText("2 keys transferred.")).toBeVisible();
  await expect(row(page, "beta")).toContainText("Deploy bot");

  await page.getByRole("button", { name: "Actions for beta" }).click();
  await page.getByRole("menuitem", { name: "Transfer" }).click();
  await page.getByRole("combobox", { name: "New owner" }).click();
  await page.getByRole("option", { name: /Ada Lovelace/ }).click();
  await page.getByRole("button", { name: "Transfer 1 key" }).click();
  await expect(row(page, "beta")).toContainText("Ada Lovelace");

  const file = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export as CSV" }).click();
  expect((await file).suggestedFilename()).toMatch(/^api-keys-.+\.csv$/);
});

test("at 360 px keys are selected by touch, and the toolbar stays inside the window", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await apiKey({ name: "alpha" });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await select(page, "alpha");
  await expect(page.getByRole("toolbar", { name: "1 selected" })).toBeInViewport();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await page.getByRole("button", { name: "Clear selection" }).click();
  await expect(page.getByRole("toolbar")).toBeHidden();
});

async function select(page: Page, name: string): Promise<void> {
  const box = page.getByRole("checkbox", { name: `Select ${name}` });
  await box.click();
  await expect(box).toBeChecked();
}

test("cards above the list lead to keys that should be reviewed, and change with them", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const { key } = await apiKey({ name: "forgotten" });
  await apiKey({ name: "endless", expiresInDays: null });
  await inDatabase("UPDATE api_keys SET created_at = now() - interval '100 days' WHERE id = $1", [key.id]);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  const cards = page.getByRole("navigation", { name: "Keys to review" });
  await expect(cards.getByRole("link", { name: "1 never expires" })).toBeVisible();
  await cards.getByRole("link", { name: "1 not used for 90 days" }).click();
  await expect(page.getByText("These keys haven’t been used for 90 days.")).toBeVisible();
  await expect(row(page, "endless")).toBeHidden();
  await select(page, "forgotten");
  await page.getByRole("toolbar").getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("button", { name: "Revoke 1 key" }).click();
  await expect(page.getByText(/^1 key revoked\./)).toBeVisible();
  await expect(cards.getByRole("link", { name: "1 not used for 90 days" })).toBeHidden();
  await page.getByRole("button", { name: "Show all keys" }).click();
  await expect(row(page, "endless")).toBeVisible();
});
