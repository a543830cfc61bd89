import type { Locator, Page } from "@playwright/test";
import { alert, expect, origin, test } from "./fixtures";
import { newProviderAccount, signInThere, signUpWithProvider } from "./identity-provider";
import { forgetProof } from "./session-state";
import { expectNoViolations } from "./violations";

const connectedAccounts = (page: Page): Locator => page.getByRole("region", { name: "Connected accounts" });

test("signing up and signing in with the provider leads to the requested page", async ({ page }) => {
  const account = newProviderAccount();
  const slug = await signUpWithProvider(page, account);
  await page.getByRole("button", { name: "Account menu" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("button", { name: "Continue with GitHub" })).toBeVisible();
  await expectNoViolations(page);
  await page.goto(`/${slug}/settings/profile`);
  await page.getByRole("button", { name: "Continue with Acme ID" }).click();
  // The provider's session is still active.
  await expect(page).toHaveURL(`${origin}/${slug}/settings/profile`);
  await expect(page.getByText(`${account}@acme.test`)).toBeVisible();
});

test("S04 a provider account with an existing email must be connected after signing in", async ({
  page,
  workspace,
  signIn,
}) => {
  await page.goto(`/sign-in?callbackUrl=/${workspace.slug}/settings/profile`);
  await page.getByRole("button", { name: "Continue with Acme ID" }).click();
  await signInThere(page, workspace.owner.email);
  await expect(alert(page)).toContainText("Sign in first, then connect Acme ID under Settings → Security.");
  await expectNoViolations(page);

  await signIn();
  await page.goto(`/${workspace.slug}/settings/security`);
  const section = connectedAccounts(page);
  await expect(section.getByText("Not connected")).toHaveCount(2);
  await section.getByRole("button", { name: "Connect Acme ID" }).click();
  await expect(section.getByText("Acme ID is connected. You can now sign in with it.")).toBeVisible();
  // The page scrolls to the notice, and a reload doesn't repeat it.
  await expect(section.getByText("Acme ID is connected.")).toBeInViewport();
  await expect(page).toHaveURL(`${origin}/${workspace.slug}/settings/security`);
  await expect(section.getByText(workspace.owner.email)).toBeVisible();
  await expectNoViolations(page);

  await section.getByRole("button", { name: "Disconnect Acme ID" }).click();
  const dialog = page.getByRole("dialog", { name: "Disconnect Acme ID?" });
  await expectNoViolations(page);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(section.getByRole("button", { name: "Disconnect Acme ID" })).toBeFocused();
  await page.keyboard.press("Enter");
  await dialog.getByRole("button", { name: "Disconnect" }).click();
  await expect(section.getByRole("button", { name: "Connect Acme ID" })).toBeVisible();
  await expect(section.getByText("Acme ID is connected.")).toBeHidden();
  await expect(page.getByRole("list", { name: "Connected accounts" })).toBeFocused();
});

test("a person without a password confirms with the provider, and must set one before disconnecting it", async ({
  page,
  context,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 40[39]/);
  const account = newProviderAccount();
  const slug = await signUpWithProvider(page, account);
  await page.goto(`/${slug}/settings/security`);
  const section = connectedAccounts(page);
  await section.getByRole("button", { name: "Disconnect Acme ID" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Disconnect" }).click();
  await expect(alert(page)).toContainText("This is your only sign-in method. Set a password first.");
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();

  await forgetProof(`${account}@acme.test`);
  await page.getByLabel("New password").fill("a password of my own");
  await page.getByRole("button", { name: "Set a password" }).click();
  const dialog = page.getByRole("dialog", { name: "Confirm it's you" });
  await expect(dialog.getByRole("button", { name: "Continue with Acme ID" })).toBeVisible();
  await expectNoViolations(page);
  const opened = context.waitForEvent("page");
  await dialog.getByRole("button", { name: "Continue with Acme ID" }).click();
  const window = await opened;
  const closed = window.waitForEvent("close");
  // The provider asks again despite its session.
  await signInThere(window, account);
  await closed;
  // The page stayed open, so the typed password is set.
  await expect(page.getByRole("button", { name: "Change password" })).toBeVisible();
  await section.getByRole("button", { name: "Disconnect Acme ID" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Disconnect" }).click();
  await expect(section.getByRole("button", { name: "Connect Acme ID" })).toBeVisible();
});

test("another account at the provider doesn't confirm the person's identity", async ({
  page,
  context,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 403/);
  const account = newProviderAccount();
  const slug = await signUpWithProvider(page, account);
  await forgetProof(`${account}@acme.test`);
  await page.goto(`/${slug}/settings/workspace`);
  await page.getByRole("switch", { name: "API access" }).click();
  const dialog = page.getByRole("dialog", { name: "Confirm it's you" });
  const provider = dialog.getByRole("button", { name: "Continue with Acme ID" });
  const first = context.waitForEvent("page");
  await provider.click();
  const closed = (await first).waitForEvent("close");
  await signInThere(await first, newProviderAccount());
  await closed;
  await expect(alert(page)).toHaveText("This isn't the Acme ID account that is connected to your account.");
  await expectNoViolations(page);

  // The same dialog accepts the right account.
  const second = context.waitForEvent("page");
  await provider.click();
  await expect(alert(page)).toBeHidden();
  await signInThere(await second, account);
  await expect(page.getByRole("switch", { name: "API access" })).toBeChecked();
});

test("canceling at the provider is reported", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Continue with Acme ID" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(alert(page)).toHaveText("You returned from Acme ID without signing in.");
});
