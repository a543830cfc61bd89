import { callWithKey, expect, inDatabase, origin, password, test } from "./fixtures";
import { forgetProof } from "./session-state";

test("turning off API access hides API, explains its pages, and blocks every key", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const { secret } = await apiKey();
  await signIn();
  await page.goto(`/${workspace.slug}/settings/workspace`);
  const navigation = page.getByRole("navigation", { name: "Settings" });
  for (const name of [
    "Profile",
    "Security",
    "Workspace",
    "Members",
    "API",
    "API keys",
    "Access logs",
    "Protect an API",
    "Audit log",
  ]) {
    await expect(navigation.getByRole("link", { name, exact: true })).toBeVisible();
  }
  const access = page.getByRole("switch", { name: "API access" });
  await expect(access).toBeChecked();
  expect((await callWithKey(secret)).status).toBe(200);
  await access.click();
  const dialog = page.getByRole("dialog", { name: "Turn off API access?" });
  await expect(dialog).toContainText(
    "1 active key stops working. 1 caller used a key in the last hour and will get 403 api_access_disabled.",
  );
  await expect(access).toBeChecked();
  const turnOff = dialog.getByRole("button", { name: "Turn off API access" });
  await turnOff.click();
  await expect(dialog.getByText(`Type “${workspace.name}” exactly.`)).toBeVisible();
  expect((await callWithKey(secret)).status).toBe(200);
  await dialog.getByLabel("Type the workspace name to confirm").fill(workspace.name);
  await turnOff.click();
  await expect(access).not.toBeChecked();
  expect(await callWithKey(secret)).toEqual({ status: 403, code: "api_access_disabled" });
  await page.getByRole("region", { name: "Notifications" }).getByRole("button", { name: "Undo" }).click();
  await expect(navigation.getByRole("link", { name: "API", exact: true })).toBeVisible();
  await expect(access).toBeEnabled();
  await expect.poll(async () => (await callWithKey(secret)).status).toBe(200);

  await access.click();
  await dialog.getByLabel("Type the workspace name to confirm").fill(workspace.name);
  await turnOff.click();
  await expect(access).not.toBeChecked();
  await expect(navigation.getByRole("link", { name: "API", exact: true })).toBeHidden();
  expect(await callWithKey(secret)).toEqual({ status: 403, code: "api_access_disabled" });
  for (const path of ["keys", "access-logs", "usage"]) {
    await page.goto(`/${workspace.slug}/settings/api/${path}`);
    await expect(page.getByText("API access is off for this workspace")).toBeVisible();
  }
  await page.getByRole("link", { name: "Go to API access" }).click();
  await page.getByRole("switch", { name: "API access" }).click();
  await expect(navigation.getByRole("link", { name: "API", exact: true })).toBeVisible();
  expect((await callWithKey(secret)).status).toBe(200);
});

test("a member without admin rights is told who can help, and can't change API access or see the audit log", async ({
  page,
  workspace,
  signIn,
}) => {
  await workspace.console.put(`/api/workspaces/${workspace.slug}/api-access`, { data: { enabled: false } });
  await inDatabase(
    "INSERT INTO users (id, email, name, updated_at) VALUES ('usr_' || $1::text, $1 || '@example.test', 'The admin', now())",
    [workspace.slug],
  );
  await inDatabase(
    "INSERT INTO members (workspace_id, user_id, role) SELECT id, 'usr_' || slug, 'admin' FROM workspaces WHERE slug = $1",
    [workspace.slug],
  );
  await inDatabase(
    "UPDATE members SET role = 'member' WHERE user_id = (SELECT id FROM users WHERE email = $1)",
    [workspace.owner.email],
  );
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await expect(page.getByText("API access is off for this workspace")).toBeVisible();
  await expect(page.getByRole("link", { name: "The admin" })).toHaveAttribute(
    "href",
    `mailto:${workspace.slug}@example.test`,
  );
  await expect(page.getByRole("link", { name: "Go to API access" })).toBeHidden();
  await page.goto(`/${workspace.slug}/settings/workspace`);
  await expect(page.getByRole("switch", { name: "API access" })).toBeDisabled();
  await expect(page.getByRole("link", { name: "Audit log" })).toBeHidden();
  await page.goto(`/${workspace.slug}/settings/audit-log`);
  await expect(page.getByText("Only admins can view the audit log.")).toBeVisible();
});

test("a workspace is renamed and moved, and a taken address is rejected", async ({
  page,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 400/);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/workspace`);
  await page.getByLabel("Address", { exact: true }).fill("settings");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByLabel("Address", { exact: true })).toHaveAccessibleDescription(/taken/);
  await page.getByLabel("Name", { exact: true }).fill("Analytical Engines");
  await page.getByLabel("Address", { exact: true }).fill(`${workspace.slug}-moved`);
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page).toHaveURL(`${origin}/${workspace.slug}-moved/settings/workspace`);
  await expect(page.getByRole("button", { name: "Analytical Engines, workspace menu" })).toBeVisible();
});

test("S18 changing API access after a while asks to confirm an identity", async ({
  page,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 403/);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/workspace`);
  await forgetProof(workspace.owner.email);
  await page.getByRole("switch", { name: "API access" }).click();
  await page.getByLabel("Type the workspace name to confirm").fill(workspace.name);
  await page.getByRole("button", { name: "Turn off API access" }).click();
  const question = page.getByRole("dialog", { name: "Confirm it's you" });
  await question.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Turn off API access" }).click();
  await question.getByLabel("Password", { exact: true }).fill(password);
  await question.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByRole("switch", { name: "API access" })).not.toBeChecked();
});

test("/settings leads to the workspace used last, and unknown workspaces aren't found", async ({
  page,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 404/);
  await signIn();
  await page.goto("/settings/security");
  await expect(page).toHaveURL(`${origin}/${workspace.slug}/settings/security`);
  await page.goto("/nobodys-workspace/settings/profile");
  await expect(page.getByRole("heading", { name: "Page not found, or you don’t have access" })).toBeVisible();
});

test("the members are listed with their roles", async ({ page, workspace, signIn, apiKey }) => {
  await apiKey();
  await signIn();
  await page.goto(`/${workspace.slug}/settings/members`);
  const row = page.getByRole("table", { name: "Members" }).getByRole("row").nth(1);
  await expect(row).toContainText(workspace.owner.email);
  await expect(row).toContainText("Owner");
});
