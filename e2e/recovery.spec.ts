import type { Page } from "@playwright/test";
import { alert, expect, password, test } from "./fixtures";
import { keptMails, mailedLink } from "./mailed-link";

const newPassword = "quite another long password";

async function signInWith(page: Page, email: string, secret: string): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(secret);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

test("S09 an emailed link resets a forgotten password once, and ends every session", async ({
  page,
  workspace,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 401/);
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Forgot password?" }).click();
  // The previous page has a field with the same name.
  await expect(page).toHaveURL(/\/forgot-password/);
  await expect(page.getByRole("button", { name: "Send link" })).toBeVisible();
  await page.getByLabel("Email").fill(workspace.owner.email);
  await page.getByRole("button", { name: "Send link" }).click();
  await expect(page.getByRole("heading", { name: "Check your email" })).toBeVisible();

  const link = await mailedLink(workspace.owner.email, "reset-password");
  // Opening it doesn't use it up, as mail scanners open links.
  for (let times = 0; times < 2; times += 1) await page.goto(link);
  await page.getByLabel("New password", { exact: true }).fill("short");
  await page.getByRole("button", { name: "Change password" }).click();
  expectedErrors.push(/status of 400/);
  await expect(page.getByLabel("New password", { exact: true })).toHaveAccessibleDescription(/at least 12/i);
  await page.getByLabel("New password", { exact: true }).fill(newPassword);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("Your password was changed")).toBeVisible();
  expect((await workspace.console.get("/api/account")).status()).toBe(401);

  await page.goto(link);
  await expect(page.getByRole("heading", { name: "This link no longer works" })).toBeVisible();
  await signInWith(page, workspace.owner.email, password);
  await expect(alert(page)).toHaveText("Email or password is incorrect.");
  await page.getByLabel("Password", { exact: true }).fill(newPassword);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/${workspace.slug}/settings`));
});

test("S02 an unknown address gets the same response and no email", async ({ page }) => {
  await page.goto("/forgot-password");
  await page.getByLabel("Email").fill("nobody-at-all@example.test");
  await page.getByRole("button", { name: "Send link" }).click();
  await expect(page.getByRole("heading", { name: "Check your email" })).toBeVisible();
  expect(await keptMails("nobody-at-all@example.test")).toEqual([]);
});

test("an address is verified and then changed", async ({ page, browser, workspace, signIn }) => {
  await signIn();
  const profile = `/${workspace.slug}/settings/profile`;
  await page.goto(profile);
  await page.getByRole("button", { name: "Verify address" }).click();
  await expect(page.getByText(`We sent a link to ${workspace.owner.email}.`)).toBeVisible();
  await page.goto(await mailedLink(workspace.owner.email, "verify-email"));
  await page.getByRole("button", { name: "Verify address" }).click();
  await expect(page.getByText(`${workspace.owner.email} is verified.`)).toBeVisible();
  await page.getByRole("link", { name: "Go to your profile" }).click();
  await expect(page.getByText("Verified", { exact: true })).toBeVisible();

  // The new address must not contain the old one, which the page must not show.
  const email = workspace.owner.email.replace(/^ada-/, "grace-");
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Change email" }).click();
  await expect(page.getByText(`We sent a link to ${email}.`)).toBeVisible();
  const link = await mailedLink(email, "verify-email");
  // Access to the mailbox isn't enough: the page asks to sign in to the account.
  const stranger = await (await browser.newContext()).newPage();
  await stranger.goto(new URL(link, page.url()).href);
  await expect(stranger.getByText(workspace.owner.name)).toBeVisible();
  await expect(stranger.getByText(`${workspace.owner.email[0]}•••@`)).toBeVisible();
  await expect(stranger.getByText(workspace.owner.email)).toHaveCount(0);
  await expect(stranger.getByRole("button", { name: "Change address" })).toHaveCount(0);
  await expect(stranger.getByRole("link", { name: "Sign in to this account" })).toBeVisible();
  await stranger.context().close();
  await page.goto(link);
  await page.getByRole("button", { name: "Change address" }).click();
  await expect(page.getByText(`Your email address is now ${email}.`)).toBeVisible();
  await page.goto(profile);
  await expect(page.getByLabel("Email")).toHaveValue(email);
  await expect(async () => {
    expect((await keptMails(workspace.owner.email)).at(-1)).toContain("Your email address was changed");
  }).toPass({ timeout: 20_000 });
});
