import { randomBytes } from "node:crypto";
import { alert, expect, origin, password, test, untilHydrated } from "./fixtures";

test("signing up leads to the new workspace's settings", async ({ page }) => {
  const unique = randomBytes(5).toString("hex");
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Create one" }).click();
  // The previous page has fields with the same names.
  await expect(page.getByRole("button", { name: "Create account" })).toBeVisible();
  await page.getByLabel("Name", { exact: true }).fill("Grace Hopper");
  await page.getByLabel("Email").fill(`grace-${unique}@example.test`);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByLabel("Workspace name").fill(`Navy ${unique}`);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL(`${origin}/navy-${unique}/settings/workspace`);
  await expect(page.getByRole("switch", { name: "API access" })).not.toBeChecked();
});

test("sign-up errors are shown at their fields, and keep what was typed", async ({
  page,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 400/);
  await page.goto("/sign-up");
  await page.getByLabel("Name", { exact: true }).fill("Grace");
  await page.getByLabel("Email").fill("not an address");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByLabel("Workspace name").fill("Navy");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByLabel("Email")).toBeFocused();
  await expect(page.getByLabel("Email")).toHaveAccessibleDescription(/valid email address/);
  await expect(page.getByLabel("Workspace name")).toHaveValue("Navy");
  await page.getByLabel("Email").fill(`grace-${randomBytes(5).toString("hex")}@example.test`);
  await page.getByLabel("Password", { exact: true }).fill("short");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByLabel("Password", { exact: true })).toHaveAccessibleDescription(/at least 12/i);
});

test("S02 signing up with an existing address doesn't reveal the account", async ({
  page,
  workspace,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 409/);
  await page.goto("/sign-up");
  await page.getByLabel("Name", { exact: true }).fill("Mallory");
  await page.getByLabel("Email").fill(workspace.owner.email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByLabel("Workspace name").fill("Elsewhere");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(alert(page)).toHaveText("This account couldn't be created. Sign in or reset your password.");
});

test("wrong credentials give the same alert for known and unknown addresses", async ({
  page,
  workspace,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 401/);
  await page.goto("/sign-in");
  for (const email of [workspace.owner.email, "nobody@example.test"]) {
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password", { exact: true }).fill("not the right password");
    const answered = page.waitForResponse(`${origin}/api/sign-in`);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    // Otherwise the previous alert would pass.
    await answered;
    await expect(alert(page)).toHaveText("Email or password is incorrect.");
  }
});

test("signing in works with only the keyboard", async ({ page, workspace }) => {
  await page.goto("/sign-in");
  await untilHydrated(page);
  await expect(page.getByLabel("Email")).toBeFocused();
  await page.keyboard.type(workspace.owner.email);
  await page.keyboard.press("Tab");
  await expect(page.getByLabel("Password", { exact: true })).toBeFocused();
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/${workspace.slug}/settings`));
});

test("a signed-out person returns to the requested page after signing in", async ({ page, workspace }) => {
  await page.goto(`/${workspace.slug}/settings/api/keys?status=active`);
  await expect(page).toHaveURL(/\/sign-in\?callbackUrl=/);
  await page.getByLabel("Email").fill(workspace.owner.email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(`${origin}/${workspace.slug}/settings/api/keys?status=active`);
  await expect(page.getByRole("heading", { name: "API keys", level: 1 })).toBeVisible();
});

for (const callbackUrl of ["//evil.example", "/\\evil.example", "javascript:alert(1)"]) {
  test(`S11 after signing in, ${JSON.stringify(callbackUrl)} leads to the settings`, async ({
    page,
    workspace,
  }) => {
    await page.goto(`/sign-in?callbackUrl=${encodeURIComponent(callbackUrl)}`);
    await page.getByLabel("Email").fill(workspace.owner.email);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`^${origin}/${workspace.slug}/settings`));
  });
}

test("a signed-in person isn't asked to sign in, and signs out from the account menu", async ({
  page,
  workspace,
  signIn,
}) => {
  await signIn();
  await page.goto("/sign-in");
  await expect(page).toHaveURL(new RegExp(`/${workspace.slug}/settings`));
  await page.getByRole("button", { name: "Account menu" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(`${origin}/sign-in`);
  await page.goBack();
  await expect(page).toHaveURL(/\/sign-in/);
});

test("the account menu has the settings, the workspaces and the themes", async ({
  page,
  workspace,
  signIn,
}) => {
  await signIn();
  await page.goto(`/${workspace.slug}/settings/members`);
  await page.getByRole("button", { name: "Account menu" }).click();
  await page.getByRole("menuitem", { name: "Theme" }).click();
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.getByRole("button", { name: "Account menu" }).click();
  await page.getByRole("menuitem", { name: "Switch workspace" }).click();
  await expect(page.getByRole("menuitemradio", { name: workspace.name })).toBeChecked();
  // Escape closes only the submenu.
  await page.keyboard.press("Escape");
  await page.getByRole("menuitem", { name: "Account settings" }).click();
  await expect(page.getByRole("heading", { name: "Profile", level: 1 })).toBeVisible();
});

test("a new name shows in the frame immediately", async ({ page, workspace, signIn }) => {
  await signIn();
  await page.goto(`/${workspace.slug}/settings/profile`);
  await page.getByLabel("Name", { exact: true }).fill("Augusta King");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await expect(page.getByRole("banner").getByText("Augusta King")).toBeVisible();
});

test("changing the password requires the current one, and the new one then signs in", async ({
  page,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 40[01]/);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/security`);
  await page.getByLabel("Current password", { exact: true }).fill("not the right password");
  await page.getByLabel("New password", { exact: true }).fill("quite another long password");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByLabel("Current password", { exact: true })).toHaveAccessibleDescription(/password/);
  await page.getByLabel("Current password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("Password changed. You’ve been signed out everywhere else.")).toBeVisible();
  const signInAgain = (secret: string) =>
    page.request.post(`${origin}/api/sign-in`, {
      data: { email: workspace.owner.email, password: secret },
      headers: { origin },
    });
  expect((await signInAgain(password)).status()).toBe(401);
  expect((await signInAgain("quite another long password")).status()).toBe(200);
});
