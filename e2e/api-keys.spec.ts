import { randomBytes } from "node:crypto";
import { callWithKey, expect, origin, password, row, test } from "./fixtures";
import { forgetProof } from "./session-state";

test("the main path: sign up, turn on API access, create a key, use it, see the request, revoke it", async ({
  page,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin });
  const unique = randomBytes(5).toString("hex");
  await page.goto("/sign-up");
  await page.getByLabel("Name", { exact: true }).fill("Grace Hopper");
  await page.getByLabel("Email").fill(`grace-${unique}@example.test`);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByLabel("Workspace name").fill(`Navy ${unique}`);
  await page.getByRole("button", { name: "Create account" }).click();

  await page.getByRole("switch", { name: "API access" }).click();
  await page.getByRole("link", { name: "API", exact: true }).click();
  await expect(page.getByRole("heading", { name: "API keys", level: 1 })).toBeVisible();
  await page.getByRole("button", { name: "Create API key" }).click();

  const form = page.getByRole("dialog", { name: "Create API key" });
  await form.getByLabel("Name", { exact: true }).fill("blog ingest");
  await expect(
    form.getByRole("radiogroup", { name: "Permission" }).getByRole("radio", { name: "Read-only" }),
  ).toBeChecked();
  await form.getByRole("radio", { name: "Read & write" }).check();
  await expect(form.getByRole("combobox", { name: "Expiration" })).toHaveText("90 days");
  await form.getByRole("combobox", { name: "Expiration" }).click();
  await page.getByRole("option", { name: "30 days" }).click();
  await expect(form.getByRole("combobox", { name: "Environment" })).toHaveValue("production");
  await expect(form.getByRole("checkbox", { name: "Allow this key to manage API keys" })).not.toBeChecked();
  await form.getByRole("button", { name: "Create key" }).click();

  const dialog = page.getByRole("dialog", { name: "Save your API key" });
  const field = dialog.getByRole("textbox", { name: "API key" });
  const secret = await field.inputValue();
  expect(secret).toMatch(/^kw_sk_[A-Za-z0-9]{38}$/);
  await expect(field).toHaveAttribute("readonly");
  await expect(dialog.getByText("Waiting for the first request…")).toBeVisible();
  await dialog.getByRole("button", { name: "Copy", exact: true }).first().click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
  const forms: Record<string, string>[] = [
    { "x-api-key": secret },
    { authorization: `Bearer ${secret}` },
    { authorization: `api-key ${secret}` },
  ];
  for (const headers of forms) {
    expect(await callWithKey(secret, headers)).toEqual({ status: 200, code: null });
  }
  await expect(dialog.getByText(/First request received from 127\.0\.0\.1/)).toBeVisible();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(dialog).toBeHidden();

  const made = row(page, "blog ingest");
  await expect(made).toContainText("Active");
  await expect(made).toContainText(`${secret.slice(0, 10)}…${secret.slice(-4)}`);
  expect(await page.content()).not.toContain(secret.slice(10, -4));

  await page.getByRole("button", { name: "Actions for blog ingest" }).click();
  await page.getByRole("menuitem", { name: "Revoke" }).click();
  const question = page.getByRole("dialog", { name: "Revoke blog ingest?" });
  await expect(question).toContainText("1 caller used this key in the last hour.");
  await question.getByLabel("Type the name to confirm").fill("blog ingest");
  await question.getByRole("button", { name: "Revoke key" }).click();
  await expect(page.getByText(/Rejected everywhere in \d+ ms, on 1 of 1 instance\./)).toBeVisible();
  expect(await callWithKey(secret)).toEqual({ status: 401, code: "revoked_key" });
  await expect(row(page, "blog ingest")).toContainText("Revoked");
});

test("errors in a new key are shown at their fields", async ({ page, workspace, signIn, expectedErrors }) => {
  expectedErrors.push(/status of 400/);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await page.getByRole("button", { name: "Create API key" }).click();
  const form = page.getByRole("dialog", { name: "Create API key" });
  await form.getByRole("button", { name: "Create key" }).click();
  await expect(form.getByLabel("Name", { exact: true })).toBeFocused();
  await expect(form.getByLabel("Name", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await form.getByLabel("Name", { exact: true }).fill("a name");
  await form.getByRole("combobox", { name: "Environment" }).fill("Not this");
  await form.getByRole("button", { name: "Create key" }).click();
  await expect(form.getByRole("combobox", { name: "Environment" })).toBeFocused();
  await expect(form.getByLabel("Name", { exact: true })).toHaveValue("a name");
});

test("S18 creating a key after a while asks to confirm an identity, then continues", async ({
  page,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 40[13]/);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await forgetProof(workspace.owner.email);
  await page.getByRole("button", { name: "Create API key" }).click();
  await page.getByRole("dialog", { name: "Create API key" }).getByLabel("Name", { exact: true }).fill("late");
  await page.getByRole("button", { name: "Create key" }).click();
  const question = page.getByRole("dialog", { name: "Confirm it's you" });
  await question.getByLabel("Password", { exact: true }).fill("not the right password");
  await question.getByRole("button", { name: "Confirm" }).click();
  await expect(question.getByLabel("Password", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await question.getByLabel("Password", { exact: true }).fill(password);
  await question.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByRole("dialog", { name: "Save your API key" })).toBeVisible();
});

test("a key is renamed, disabled and enabled from its row", async ({ page, workspace, signIn, apiKey }) => {
  const { secret } = await apiKey();
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await page.getByRole("button", { name: "Actions for blog ingest" }).click();
  await page.getByRole("menuitem", { name: "Rename" }).click();
  await page.getByRole("dialog").getByLabel("Name", { exact: true }).fill("nightly export");
  await page.keyboard.press("Enter");
  await expect(row(page, "nightly export")).toBeVisible();
  await page.getByRole("button", { name: "Actions for nightly export" }).click();
  await page.getByRole("menuitem", { name: "Disable" }).click();
  await expect(row(page, "nightly export")).toContainText("Disabled");
  expect(await callWithKey(secret)).toEqual({ status: 401, code: "disabled_key" });
  await page.getByRole("button", { name: "Actions for nightly export" }).click();
  await page.getByRole("menuitem", { name: "Enable" }).click();
  await expect(row(page, "nightly export")).toContainText("Active");
  expect((await callWithKey(secret)).status).toBe(200);
});

test("revoking a key in use asks for its name, and offers to disable it instead", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const { secret } = await apiKey();
  expect(await callWithKey(secret)).toMatchObject({ status: 200 });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  const open = async () => {
    await page.getByRole("button", { name: "Actions for blog ingest" }).click();
    await page.getByRole("menuitem", { name: "Revoke" }).click();
  };
  await open();
  const question = page.getByRole("dialog", { name: "Revoke blog ingest?" });
  await question.getByLabel("Type the name to confirm").fill("blog");
  await question.getByRole("button", { name: "Revoke key" }).click();
  await expect(question.getByLabel("Type the name to confirm")).toHaveAttribute("aria-invalid", "true");
  expect((await callWithKey(secret)).status).toBe(200);
  await question.getByRole("button", { name: "Disable instead" }).click();
  await expect(row(page, "blog ingest")).toContainText("Disabled");
  expect((await callWithKey(secret)).code).toBe("disabled_key");
});

test("an unused key is revoked without typing its name", async ({ page, workspace, signIn, apiKey }) => {
  await apiKey();
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await page.getByRole("button", { name: "Actions for blog ingest" }).click();
  await page.getByRole("menuitem", { name: "Revoke" }).click();
  await expect(page.getByLabel("Type the name to confirm")).toBeHidden();
  await page.getByRole("button", { name: "Revoke key" }).click();
  await expect(page.getByText(/Rejected everywhere in/)).toBeVisible();
});

test("the list has its columns and filters, and the filters are in the URL", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  await apiKey({ name: "alpha" });
  const beta = await apiKey({ name: "beta" });
  await workspace.console.post(`/api/workspaces/${workspace.slug}/api-keys/${beta.key.id}/revoke`, {
    data: {},
  });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  const table = page.getByRole("table", { name: "API keys" });
  for (const name of ["Name", "Key", "Owner", "Permission", "Last used", "Expires", "Status"]) {
    await expect(table.getByRole("columnheader", { name, exact: true })).toBeVisible();
  }
  await expect(row(page, "alpha")).toBeVisible();
  await expect(row(page, "beta"), "revoked keys are shown only if asked for").toBeHidden();
  await expect(page.getByText("1 key · 1 revoked not shown")).toBeVisible();
  await page.getByRole("combobox", { name: "Status" }).click();
  await page.getByRole("option", { name: "Revoked" }).click();
  await expect(page).toHaveURL(/status=revoked/);
  await expect(row(page, "alpha")).toBeHidden();
  await expect(row(page, "beta")).toBeVisible();
  await page.reload();
  await expect(row(page, "beta")).toBeVisible();
  await expect(row(page, "alpha")).toBeHidden();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByRole("searchbox", { name: "Search API keys" }).fill("ALP");
  await expect(row(page, "beta")).toBeHidden();
  await expect(row(page, "alpha")).toBeVisible();
  await page.getByRole("searchbox", { name: "Search API keys" }).fill("nothing like it");
  await expect(page.getByText("No API keys match these filters.")).toBeVisible();
});

test("headers sort the list, and the order is in the URL", async ({ page, workspace, signIn, apiKey }) => {
  for (const name of ["beta", "alpha", "gamma"]) await apiKey({ name });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  const table = page.getByRole("table", { name: "API keys" });
  const names = table.getByRole("link", { name: /^(alpha|beta|gamma)$/ });
  const header = table.getByRole("columnheader", { name: "Name" });
  await expect(names).toHaveText(["gamma", "alpha", "beta"]);
  await header.getByRole("button").click();
  await expect(names).toHaveText(["alpha", "beta", "gamma"]);
  await expect(header).toHaveAttribute("aria-sort", "ascending");
  await header.getByRole("button").press("Enter");
  await expect(names).toHaveText(["gamma", "beta", "alpha"]);
  await expect(header).toHaveAttribute("aria-sort", "descending");
  await expect(page).toHaveURL(/sort=-name/);
  await page.reload();
  await expect(names).toHaveText(["gamma", "beta", "alpha"]);
  await header.getByRole("button").click();
  await expect(names).toHaveText(["gamma", "alpha", "beta"]);
  await expect(header).not.toHaveAttribute("aria-sort");

  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByRole("combobox", { name: "Sort" }).click();
  await page.getByRole("option", { name: "Name" }).click();
  await expect(names).toHaveText(["alpha", "beta", "gamma"]);
});

test("a workspace whose keys are all revoked says so", async ({ page, workspace, signIn, apiKey }) => {
  const { key } = await apiKey({ name: "gone" });
  await workspace.console.post(`/api/workspaces/${workspace.slug}/api-keys/${key.id}/revoke`, { data: {} });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await expect(page.getByText("Every API key is revoked.")).toBeVisible();
  await page.getByRole("button", { name: "Show revoked keys" }).click();
  await expect(row(page, "gone")).toContainText("Revoked");
});

test("a key's page shows its callers", async ({ page, workspace, signIn, apiKey }) => {
  const { key, secret } = await apiKey();
  expect(await callWithKey(secret)).toMatchObject({ status: 200 });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await row(page, "blog ingest").getByRole("link", { name: "blog ingest" }).click();
  await expect(page).toHaveURL(`${origin}/${workspace.slug}/settings/api/keys/${key.id}`);
  await expect(page.getByRole("main")).toContainText("127.0.0.1");
  await expect(page.getByRole("main")).toContainText("nightly-export");
});
