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

test("S09 a forgotten password is replaced behind a mailed link, once, and every session ends", async ({
  page,
  workspace,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 401/);
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Forgot password?" }).click();
  // The page before this one has a field of that name too.
  await expect(page).toHaveURL(/\/forgot-password/);
  await expect(page.getByRole("button", { name: "Send link" })).toBeVisible();
  await page.getByLabel("Email").fill(workspace.owner.email);
  await page.getByRole("button", { name: "Send link" }).click();
  await expect(page.getByRole("heading", { name: "Check your email" })).toBeVisible();

  const link = await mailedLink(workspace.owner.email, "reset-password");
  // Opening it, as mail scanners do, uses nothing up.
  for (let times = 0; times < 2; times += 1) await page.goto(link);
  await page.getByLabel("New password", { exact: true }).fill("short");
  await page.getByRole("button", { name: "Change password" }).click();
  expectedErrors.push(/status of 400/);
  await expect(page.getByLabel("New password", { exact: true })).toHaveAccessibleDescription(/at least 12/i);
  await page.getByLabel("New password", { exact: true }).fill(newPassword);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("Your password is changed")).toBeVisible();
  expect((await workspace.console.get("/api/account")).status()).toBe(401);

  await page.goto(link);
  await expect(page.getByRole("heading", { name: "This link no longer works" })).toBeVisible();
  await signInWith(page, workspace.owner.email, password);
  await expect(alert(page)).toHaveText("Email or password is incorrect.");
  await page.getByLabel("Password", { exact: true }).fill(newPassword);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/${workspace.slug}/settings`));
});

test("S02 an unknown address is told the same, and gets no mail", async ({ page }) => {
  await page.goto("/forgot-password");
  await page.getByLabel("Email").fill("nobody-at-all@example.test");
  await page.getByRole("button", { name: "Send link" }).click();
  await expect(page.getByRole("heading", { name: "Check your email" })).toBeVisible();
  expect(await keptMails("nobody-at-all@example.test")).toEqual([]);
});

test("a person verifies their address, then changes it, and signs in with the new one", async ({
  page,
  browser,
  workspace,
  signIn,
}) => {
  await signIn();
  const profile = `/${workspace.slug}/settings/profile`;
  await page.goto(profile);
  await page.getByRole("button", { name: "Verify address" }).click();
  await expect(page.getByText(`A link was sent to ${workspace.owner.email}.`)).toBeVisible();
  await page.goto(await mailedLink(workspace.owner.email, "verify-email"));
  await page.getByRole("button", { name: "Verify address" }).click();
  await expect(page.getByText(`${workspace.owner.email} is verified.`)).toBeVisible();
  await page.getByRole("link", { name: "Go to your profile" }).click();
  await expect(page.getByText("Verified", { exact: true })).toBeVisible();

  // Not an address that holds the old one: the page must show no part of that.
  const email = workspace.owner.email.replace(/^ada-/, "grace-");
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Change email" }).click();
  await expect(page.getByText(`A link was sent to ${email}.`)).toBeVisible();
  const link = await mailedLink(email, "verify-email");
  // With the mailbox alone nothing can be pressed: the page says whose account it is, and asks for that account.
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
  await expect(page.getByText(`Your account now has the address ${email}.`)).toBeVisible();
  await page.goto(profile);
  await expect(page.getByLabel("Email")).toHaveValue(email);
  await expect(async () => {
    expect((await keptMails(workspace.owner.email)).at(-1)).toContain("Your email address was changed");
  }).toPass({ timeout: 20_000 });
});
