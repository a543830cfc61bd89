import { spawnSync } from "node:child_process";
import type { Page } from "@playwright/test";
import { expect, origin, row, test } from "./fixtures";
import { expectNoViolations } from "./violations";

const permissions = [
  { name: "files:read", title: "Read files", group: "Files", access: "read" },
  { name: "files:write", title: "Upload and delete files", group: "Files", access: "write" },
  { name: "runs:read", title: "Read runs", group: "Runs", access: "read" },
  { name: "runs:execute", title: "Start runs", group: "Runs", access: "write" },
  { name: "pages:read", title: "Read pages", description: "Drafts too.", access: "read" },
  { name: "pages:write", title: "Change pages", access: "write" },
];

/** As the operator does it, with the command line beside the running server. */
function declarePermissions(): void {
  const command = spawnSync(
    process.execPath,
    ["dist/cli.mjs", "permission", "set", "--file", "-", "--json"],
    {
      env: {
        ...process.env,
        DATA_DIR: process.env.E2E_DATA_DIR,
        DATABASE_URL: process.env.E2E_DATABASE_URL,
      },
      input: JSON.stringify({ permissions }),
      encoding: "utf8",
      timeout: 60_000,
    },
  );
  expect(command.status, command.stderr).toBe(0);
}

test("a key with custom permissions can do what was chosen, and nothing else", async ({
  page,
  workspace,
  signIn,
}) => {
  declarePermissions();
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await page.getByRole("button", { name: "Create API key" }).click();
  const form = page.getByRole("dialog", { name: "Create API key" });
  await form.getByLabel("Name", { exact: true }).fill("run starter");
  const status = form.getByRole("status");
  await expect(status).toHaveText("Can read files, runs, and pages. Can’t change anything.");

  await form.getByRole("radio", { name: "Custom" }).check();
  await expect(status).toHaveText("Can’t do anything yet.");
  await expect(form.getByRole("checkbox", { name: "Allow this key to manage API keys" })).toBeHidden();
  await form.getByRole("button", { name: "Create key" }).click();
  await expect(form.getByText("Choose at least one permission.")).toBeVisible();

  const list = form.getByRole("list", { name: "Permissions" });
  await list.getByRole("checkbox", { name: "Read files" }).check();
  await form.getByRole("searchbox", { name: "Search permissions" }).fill("start");
  await expect(list.getByRole("checkbox")).toHaveCount(1);
  await list.getByRole("checkbox", { name: "Start runs" }).check();
  await expect(status).toHaveText("Can read files. Can change runs.");
  await expectNoViolations(page);
  await form.getByRole("searchbox", { name: "Search permissions" }).fill("nothing like it");
  await expect(list).toContainText("No permission matches “nothing like it”.");
  await form.getByRole("button", { name: "Create key" }).click();

  const dialog = page.getByRole("dialog", { name: "Save your API key" });
  const secret = await dialog.getByRole("textbox", { name: "API key" }).inputValue();
  const me = await fetch(`${origin}/api/public/v1/me`, { headers: { "x-api-key": secret } });
  expect(await me.json()).toMatchObject({
    key: { permission_level: "custom", permissions: ["files:read", "runs:execute"] },
  });
  expect((await fetch(`${origin}/api/public/v1/usage`, { headers: { "x-api-key": secret } })).status).toBe(
    403,
  );
  await dialog.getByRole("button", { name: "Done" }).click();

  await expect(row(page, "run starter")).toContainText("Custom");
  await row(page, "run starter").getByRole("link", { name: "run starter" }).click();
  await expect(page.getByText("runs:execute")).toBeVisible();
});

test("a key is narrowed by rotating it; the request that fails then is found in the log, and mended", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  declarePermissions();
  const { secret } = await apiKey({ name: "importer", permissionLevel: "read_write" });
  expect(await ask(secret, "GET", "files:read")).toBe(200);
  expect(await ask(secret, "POST", "runs:execute")).toBe(200);

  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  const narrowed = await rotate(page, "importer", ["Read files"]);
  expect(await ask(narrowed, "GET", "files:read")).toBe(200);
  expect(await ask(narrowed, "POST", "runs:execute")).toBe(403);

  await page.goto(`/${workspace.slug}/settings/api/access-logs?outcome=denied`);
  await page
    .getByRole("button", { name: /Details of denied/ })
    .first()
    .click();
  const checks = page.getByRole("dialog").getByRole("region", { name: "Checks, in order" });
  await expect(checks.getByRole("listitem").last()).toContainText(/permission/i);
  await page.keyboard.press("Escape");

  await page.goto(`/${workspace.slug}/settings/api/keys`);
  const mended = await rotate(page, "importer", ["Start runs"]);
  expect(await ask(mended, "GET", "files:read")).toBe(200);
  expect(await ask(mended, "POST", "runs:execute")).toBe(200);
});

/** Rotates the latest key of this name in the console, and checks these permissions in addition to those it has. @returns The secret. */
async function rotate(page: Page, name: string, titles: string[]): Promise<string> {
  await page
    .getByRole("button", { name: `Actions for ${name}` })
    .first()
    .click();
  await page.getByRole("menuitem", { name: "Rotate" }).click();
  const dialog = page.getByRole("dialog", { name: `Rotate ${name}` });
  await dialog.getByRole("checkbox", { name: "Change what the new key can do" }).check();
  await dialog.getByRole("radio", { name: "Custom" }).check();
  for (const title of titles) await dialog.getByRole("checkbox", { name: title }).check();
  await expectNoViolations(page);
  await dialog.getByRole("button", { name: "Rotate key" }).click();
  const saved = page.getByRole("dialog", { name: "Save your API key" });
  const secret = await saved.getByRole("textbox", { name: "API key" }).inputValue();
  await saved.getByRole("button", { name: "Done" }).click();
  return secret;
}

/** Asks as a gateway would, for a route that needs a permission. */
async function ask(secret: string, method: string, permission: string): Promise<number> {
  const headers = { "x-api-key": secret, "x-forwarded-method": method, "x-forwarded-uri": "/v1/anything" };
  return (await fetch(`${origin}/api/forward-auth?permission=${permission}`, { headers })).status;
}
