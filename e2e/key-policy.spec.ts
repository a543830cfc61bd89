import { expect, row, test } from "./fixtures";
import { expectNoViolations } from "./violations";

test("an admin sets a key policy, sees which keys don't meet it, and the create dialog obeys it", async ({
  page,
  workspace,
  signIn,
  apiKey,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 400/);
  await apiKey({ name: "old importer", expiresInDays: null });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/workspace`);
  const section = page.getByRole("region", { name: "Key policy" });
  await expect(
    section.getByText("No conditions. Members choose the expiration and addresses of each key."),
  ).toBeVisible();
  await section.getByRole("button", { name: "Change policy" }).click();
  const dialog = page.getByRole("dialog", { name: "Change key policy" });
  await dialog.getByLabel("Longest lifetime in days").fill("soon");
  await dialog.getByRole("button", { name: "Save policy" }).click();
  await expect(dialog.getByText("Enter a whole number of days from 1 to 3650.")).toBeVisible();
  await dialog.getByLabel("Longest lifetime in days").fill("45");
  await dialog.getByLabel("Keys must have allowed addresses").check();
  await expect(dialog.getByLabel("Keys must expire")).toBeChecked();
  await expectNoViolations(page);
  await dialog.getByRole("button", { name: "Save policy" }).click();
  await expect(dialog).toBeHidden();
  await expect(section.getByText("Keys expire at most 45 days after they are created.")).toBeVisible();
  const unmet = section.getByRole("list", { name: "Keys that don’t meet the policy" });
  await expect(
    unmet.getByText("Never expires · Allowed from any address · owned by Ada Lovelace"),
  ).toBeVisible();
  await expectNoViolations(page);
  await unmet.getByRole("link", { name: "Set an expiration: old importer" }).click();
  await page.getByRole("button", { name: "Edit", exact: true }).click();
  const edit = page.getByRole("dialog", { name: "Edit old importer" });
  await edit.getByLabel("Allowed addresses").fill("203.0.113.7");
  await edit.getByRole("combobox", { name: "Expiration" }).click();
  await page.getByRole("option", { name: "30 days from now" }).click();
  await edit.getByRole("button", { name: "Save changes" }).click();
  await expect(edit).toBeHidden();

  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await page.getByRole("button", { name: "Create API key" }).click();
  const create = page.getByRole("dialog", { name: "Create API key" });
  await create.getByLabel("Name").fill("next");
  await expect(create.getByText(/Keys of this workspace must have allowed addresses/)).toBeVisible();
  await create.getByRole("combobox", { name: "Expiration" }).click();
  await expect(page.getByRole("option")).toHaveText(["7 days", "30 days", "45 days", "Custom"]);
  await page.getByRole("option", { name: "45 days" }).click();
  await create.getByRole("button", { name: "Create key" }).click();
  await expect(create.getByText(/Enter at least one address/)).toBeVisible();
  await create.getByLabel("Allowed addresses").fill("203.0.113.0/24");
  await create.getByRole("button", { name: "Create key" }).click();
  await page
    .getByRole("dialog", { name: "Save your API key" })
    .getByRole("button", { name: "Copy" })
    .first()
    .click();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(row(page, "next").getByText("in 45 days")).toBeVisible();

  await page.goto(`/${workspace.slug}/settings/workspace`);
  await expect(section.getByText("Every key meets the policy.")).toBeVisible();
});
