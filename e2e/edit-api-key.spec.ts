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
