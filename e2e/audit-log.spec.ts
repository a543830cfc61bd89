import { readFileSync } from "node:fs";
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
  await expect(sheet.getByRole("region", { name: "Changes" })).toContainText("blog ingest");
  await expect(sheet).toContainText("nightly export");
  await expect(sheet).toContainText("api_key.renamed");
  await page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();
  await expect(page).not.toHaveURL(/event=/);
});

test("filters by a group of actions, a person and a target combine, and are in the URL", async ({
  page,
  workspace,
  signIn,
  apiKey,
  expectedErrors,
}) => {
  await apiKey({ name: "alpha" });
  await apiKey({ name: "beta" });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/audit-log`);
  const table = page.getByRole("table", { name: "Audit log" });
  const action = page.getByRole("combobox", { name: "Action" });
  await action.fill("api keys");
  await page.getByRole("option", { name: "API keys: all" }).click();
  await expect(page).toHaveURL(/action=keys/);
  await expect(table.getByRole("row")).toHaveCount(3);
  await page.getByLabel("Target", { exact: true }).fill("alp");
  await expect(table.getByRole("row")).toHaveCount(2);
  await page.getByRole("combobox", { name: "Person" }).fill("Ada Lovelace");
  await expect(page).toHaveURL(/actor=usr_/);
  await expect(table).toContainText("created the API key alpha");
  await page.reload();
  await expect(page.getByRole("combobox", { name: "Person" })).toHaveValue("Ada Lovelace");
  await expect(action).toHaveValue("API keys: all");
  await page.getByRole("combobox", { name: "Person" }).fill("Nobody");
  await page.keyboard.press("Enter");
  await expect(page.getByText("No changes match these filters.")).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).first().click();
  await expect(table.getByRole("row")).not.toHaveCount(1);
  await action.fill("no such action");
  await page.keyboard.press("Enter");
  await expect(page.getByText("No action matches. Choose one of the list.")).toBeVisible();
  await page.getByRole("combobox", { name: "Time range" }).click();
  await page.getByRole("option", { name: "Last hour" }).click();
  await expect(page).toHaveURL(/range=1h/);
  await expect(table).toContainText("created the API key beta");

  expectedErrors.push(/status of 400/);
  await page.goto(`/${workspace.slug}/settings/audit-log?action=api_key.invented`);
  await expect(page.getByText("One of the filters isn’t valid.")).toBeVisible();
  await expect(page.getByText("This is neither an action nor a group of actions.")).toBeVisible();
});

test("an open event is in the URL, and a link finds one that isn't listed", async ({
  page,
  workspace,
  signIn,
  apiKey,
  expectedErrors,
}) => {
  await apiKey();
  const { events } = await (
    await workspace.console.get(`/api/workspaces/${workspace.slug}/audit-events?action=api_key.created`)
  ).json();
  await signIn();
  await page.goto(`/${workspace.slug}/settings/audit-log?action=workspace.created`);
  await page.getByRole("button", { name: /^Details/ }).click();
  const sheet = page.getByRole("dialog");
  await expect(sheet).toContainText("workspace.created");
  await expect(page).toHaveURL(/event=aud_/);
  await page.reload();
  await expect(sheet).toContainText("workspace.created");
  await page.goto(`/${workspace.slug}/settings/audit-log?action=workspace.created&event=${events[0].id}`);
  await expect(sheet).toContainText("api_key.created");
  expectedErrors.push(/status of 404/);
  await page.goto(`/${workspace.slug}/settings/audit-log?event=aud_00000000000000000000000000`);
  await expect(sheet).toContainText("Event not found");
});

test("the filtered audit log is exported", async ({ page, workspace, signIn, apiKey }) => {
  await apiKey({ name: "blog ingest" });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/audit-log?action=api_key.created`);
  await page.getByRole("button", { name: "Export" }).click();
  const dialog = page.getByRole("dialog", { name: "Export audit log" });
  const saved = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Export" }).click();
  const download = await saved;
  expect(download.suggestedFilename()).toMatch(/^audit-log-.*\.csv$/);
  const [head, row, end] = readFileSync(await download.path(), "utf8").split("\r\n");
  expect(head).toMatch(/^at,id,action,/);
  expect(row).toContain(",api_key.created,user,");
  expect(row).toContain(",blog ingest,");
  expect(end).toBe("");
  await expect(dialog).toBeHidden();
});
