import { expect, test } from "./fixtures";

test("changes are listed as sentences, filtered by action, and open to their details", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const { key } = await apiKey();
  const path = `/api/workspaces/${workspace.slug}/api-keys/${key.id}`;
  await workspace.console.patch(path, { data: { name: "nightly export" } });
  await workspace.console.post(`${path}/revoke`, { data: {} });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/audit-log`);
  const table = page.getByRole("table", { name: "Audit log" });
  await expect(table.getByRole("row").nth(1)).toContainText(
    "Ada Lovelace revoked the API key nightly export",
  );
  await expect(table.getByRole("row").nth(2)).toContainText(
    "Ada Lovelace renamed the API key nightly export",
  );
  await expect(table).toContainText("Ada Lovelace turned on API access for");

  await page.getByRole("combobox", { name: "Action" }).click();
  await page.getByRole("option", { name: /renamed the API key/i }).click();
  await expect(page).toHaveURL(/action=api_key\.renamed/);
  await expect(table.getByRole("row")).toHaveCount(2);
  await table.getByRole("button", { name: /^Details/ }).click();
  const sheet = page.getByRole("dialog");
  await expect(sheet).toContainText("blog ingest");
  await expect(sheet).toContainText("nightly export");
  await expect(sheet).toContainText("api_key.renamed");
  await page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();
});
