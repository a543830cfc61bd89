import { expect, origin, password, row, test } from "./fixtures";
import { forgetProof } from "./session-state";
import { expectNoViolations } from "./violations";

test("a key that expires soon is found and extended, as far as the key policy allows", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  await apiKey({ name: "importer", expiresInDays: 6 });
  await apiKey({ name: "exporter" });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await page.getByRole("combobox", { name: "Status" }).click();
  await page.getByRole("option", { name: "Expiring" }).click();
  await expect(row(page, "exporter")).toBeHidden();
  await expect(row(page, "importer").getByText("in 6 days")).toBeVisible();
  await row(page, "importer").getByRole("button", { name: "Actions for importer" }).click();
  await page.getByRole("menuitem", { name: "Extend" }).click();
  const dialog = page.getByRole("dialog", { name: "Extend importer" });
  await dialog.getByRole("combobox", { name: "Expiration" }).click();
  await expect(page.getByRole("option")).toHaveText([
    "30 days from now",
    "90 days from now",
    "1 year from now",
    "Custom",
  ]);
  await page.getByRole("option", { name: "30 days from now" }).click();
  await expectNoViolations(page);
  await dialog.getByRole("button", { name: "Extend key" }).click();
  await expect(dialog).toBeHidden();
  await expect(row(page, "importer"), "no longer in the list").toBeHidden();

  const policy = { data: { policy: { maxLifetimeDays: 40 } }, headers: { origin } };
  const set = await workspace.console.put(`/api/workspaces/${workspace.slug}/key-policy`, policy);
  expect(set.ok()).toBe(true);
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await row(page, "importer").getByRole("link", { name: "importer" }).click();
  await page.getByRole("button", { name: "Extend" }).click();
  await expect(dialog.getByText(/key policy allows .* at the latest/)).toBeVisible();
  await dialog.getByRole("combobox", { name: "Expiration" }).click();
  await expect(page.getByRole("option")).toHaveText(["As long as the key policy allows", "Custom"]);
  await page.getByRole("option", { name: "As long as the key policy allows" }).click();
  await dialog.getByRole("button", { name: "Extend key" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText(/^in (39|40) days$/).first()).toBeVisible();
  await page.getByRole("button", { name: "Extend" }).click();
  await expect(dialog.getByText(/already lives as long as/)).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Extend key" })).toBeHidden();
});

test("S18 extending a key after a while asks to confirm an identity, then continues", async ({
  page,
  workspace,
  signIn,
  apiKey,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 403/);
  const { key } = await apiKey({ name: "importer", expiresInDays: 6 });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys/${key.id}`);
  await forgetProof(workspace.owner.email);
  await page.getByRole("button", { name: "Extend" }).click();
  await page.getByRole("button", { name: "Extend key" }).click();
  const question = page.getByRole("dialog", { name: "Confirm it's you" });
  await question.getByLabel("Password", { exact: true }).fill(password);
  await question.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByText("in 90 days").first()).toBeVisible();
});
