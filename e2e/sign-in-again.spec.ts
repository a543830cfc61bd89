import type { Locator, Page } from "@playwright/test";
import { codeOf } from "./app-code";
import { alert, callWithKey, expect, origin, test } from "./fixtures";
import { newProviderAccount, signInThere, signUpWithProvider } from "./identity-provider";
import { addPasskey, forgetUsedCode, giveAuthenticator, sendCode, setUpAuthenticator } from "./second-steps";
import { endSessions, forgetProof } from "./session-state";
import {
  createKey,
  openWindow,
  sendCredentials,
  sendPassword,
  signInDialog,
  signUpAnother,
} from "./sign-in-again";
import { expectNoViolations } from "./violations";

const typed = "Typed before the end";

/** Saves a name after ending the session, so that the page asks to sign in again. */
async function askedAgain(page: Page, slug: string, email: string): Promise<Locator> {
  await page.goto(`/${slug}/settings/workspace`);
  await page.getByLabel("Name", { exact: true }).fill(typed);
  await endSessions(email);
  await page.getByRole("button", { name: "Save changes" }).click();
  const dialog = signInDialog(page);
  await expect(dialog).toBeVisible();
  return dialog;
}

async function expectSaved(page: Page): Promise<void> {
  await expect(page.getByText("Saved.")).toBeVisible();
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue(typed);
  await expect(page.getByRole("dialog")).toBeHidden();
}

const blockWindows = (page: Page) =>
  page.evaluate(() => {
    window.open = () => null;
  });

test("signing in again with a passkey saves what was typed", async ({
  page,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 401/);
  const { cdp, authenticatorId } = await giveAuthenticator(page);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/security`);
  await addPasskey(page);
  const dialog = await askedAgain(page, workspace.slug, workspace.owner.email);
  await expectNoViolations(page);
  await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  await dialog.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(dialog.getByRole("alert")).toContainText("No passkey was used");
  await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
  await dialog.getByRole("button", { name: "Use your password" }).click();
  await expect(dialog.getByLabel("Password", { exact: true })).toBeFocused();
  await dialog.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expectSaved(page);
});

test("signing in again with a password and an authenticator code saves what was typed", async ({
  page,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 40[13]/);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/security`);
  const { secret } = await setUpAuthenticator(page);
  await forgetUsedCode(workspace.owner.email);
  const dialog = await askedAgain(page, workspace.slug, workspace.owner.email);
  await dialog.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(dialog.getByLabel("Password", { exact: true })).toHaveAccessibleDescription(
    "Enter your password.",
  );
  await sendPassword(dialog);
  const second = page.getByRole("dialog", { name: "Verify it’s you" });
  const code = second.getByLabel("Code", { exact: true });
  await expect(code).toBeFocused();
  await expectNoViolations(page);
  await sendCode(second, codeOf(secret, 9));
  await expect(code).toHaveAccessibleDescription(/incorrect/);
  await expect(code).toBeFocused();
  await sendCode(second, codeOf(secret));
  await expectSaved(page);
});

test("a passkey passes the second step without closing the secret dialog", async ({
  page,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 40[13]/);
  await giveAuthenticator(page);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/security`);
  await addPasskey(page);
  const { dialog: secretDialog, secret } = await createKey(page, workspace.slug);
  await endSessions(workspace.owner.email);
  const dialog = signInDialog(page);
  await sendPassword(dialog);
  const second = page.getByRole("dialog", { name: "Verify it’s you" });
  await expectNoViolations(page);
  // As the only way, it's the dialog's action.
  await second.getByRole("button", { name: "Verify" }).click();
  await expect(second).toBeHidden();
  await expect(secretDialog.getByLabel("API key", { exact: true })).toHaveValue(secret);
  expect(await callWithKey(secret)).toMatchObject({ status: 200 });
  await expect(secretDialog.getByText(/First request received/)).toBeVisible();
});

test("signing in again in the provider's window keeps the secret dialog", async ({
  page,
  context,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 401/);
  const account = newProviderAccount();
  const slug = await signUpWithProvider(page, account);
  // The switch moves before the server has answered.
  const switchedOn = page.waitForResponse((answer) => answer.url().endsWith("/api-access") && answer.ok());
  await page.getByRole("switch", { name: "API access" }).click();
  await switchedOn;
  const { dialog: secretDialog, secret } = await createKey(page, slug);
  await endSessions(`${account}@acme.test`);
  const dialog = signInDialog(page);
  await expectNoViolations(page);
  // The provider's session is still active, so the window closes by itself.
  await openWindow(context, dialog.getByRole("button", { name: "Continue with Acme ID" }));
  await expect(dialog).toBeHidden();
  await expect(secretDialog.getByLabel("API key", { exact: true })).toHaveValue(secret);
  expect(await callWithKey(secret)).toMatchObject({ status: 200 });
  await expect(secretDialog.getByText(/First request received/)).toBeVisible();
  await expect.poll(() => context.pages().length).toBe(1);
});

test("after canceling at the provider, another way in the same window continues the page", async ({
  page,
  context,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 401/);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/security`);
  await page.getByRole("button", { name: "Connect Acme ID" }).click();
  await signInThere(page, workspace.owner.email);
  await expect(page.getByText("Acme ID is connected.")).toBeVisible();
  const dialog = await askedAgain(page, workspace.slug, workspace.owner.email);
  // End the provider's session.
  await context.clearCookies({ name: /^_session/ });
  const window = await openWindow(context, dialog.getByRole("button", { name: "Continue with Acme ID" }));
  await window.getByRole("button", { name: "Cancel" }).click();
  await expect(alert(window)).toHaveText("You returned from Acme ID without signing in.");
  await expect(dialog.getByText("Finish in the window that opened.")).toBeVisible();
  await sendCredentials(window, workspace.owner.email);
  await expectSaved(page);
});

test("a link replaces a window that the browser blocked", async ({ page, context, expectedErrors }) => {
  expectedErrors.push(/status of 40[13]/);
  const account = newProviderAccount();
  const slug = await signUpWithProvider(page, account);
  const dialog = await askedAgain(page, slug, `${account}@acme.test`);
  await blockWindows(page);
  await dialog.getByRole("button", { name: "Use another way in a new window" }).click();
  await expect(dialog.getByText("Your browser blocked the window")).toBeVisible();
  await expect(dialog.getByRole("link", { name: "Open the sign-in page in a new tab" })).toBeVisible();
  await expectNoViolations(page);
  await dialog.getByRole("button", { name: "Continue with Acme ID" }).click();
  await openWindow(context, dialog.getByRole("link", { name: "Open Acme ID in a new tab" }));
  await expectSaved(page);

  await forgetProof(`${account}@acme.test`);
  await page.getByRole("switch", { name: "API access" }).click();
  const question = page.getByRole("dialog", { name: "Confirm it's you" });
  await question.getByRole("button", { name: "Continue with Acme ID" }).click();
  const tab = await openWindow(context, question.getByRole("link", { name: "Open Acme ID in a new tab" }));
  await signInThere(tab, account);
  await expect(question).toBeHidden();
  await expect(page.getByRole("switch", { name: "API access" })).toBeChecked();
});

test("signing in in one tab continues every waiting tab", async ({
  page,
  context,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 401/);
  await signIn();
  const other = await context.newPage();
  await other.goto(`/${workspace.slug}/settings/profile`);
  const dialog = await askedAgain(page, workspace.slug, workspace.owner.email);
  await other.getByLabel("Name", { exact: true }).fill("Countess of Lovelace");
  await other.getByRole("button", { name: "Save changes" }).click();
  await expect(signInDialog(other)).toBeVisible();
  await sendPassword(dialog);
  await expectSaved(page);
  await expect(other.getByRole("dialog")).toBeHidden();
  await expect(other.getByText("Saved.")).toBeVisible();
});

async function signInAs(tab: Page, email: string): Promise<void> {
  await tab.context().clearCookies({ name: "keyward.session" });
  await tab.goto("/sign-in");
  await sendCredentials(tab, email);
  await expect(tab).toHaveURL(/\/settings/);
}

test("a page reports another signed-in account, and doesn't act for it", async ({
  page,
  context,
  workspace,
  signIn,
  elsewhere,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 40[149]/);
  const { email } = await signUpAnother(await elsewhere(), workspace);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/profile`);
  await page.getByLabel("Name", { exact: true }).fill("Renamed by mistake");
  const tab = await context.newPage();
  await signInAs(tab, email);

  const notice = page.getByRole("region", { name: "Another account" });
  await expect(notice).toContainText(`This page belongs to ${workspace.owner.email}`);
  await expect(page.getByLabel("Name", { exact: true }), "nothing is lost").toHaveValue("Renamed by mistake");
  await expectNoViolations(page);
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(alert(page).filter({ hasText: "signed in to another account now" })).toBeVisible();
  await page.getByRole("button", { name: "Account menu" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(
    alert(page)
      .or(page.getByRole("status"))
      .filter({ hasText: /Another account/ })
      .first(),
  ).toBeVisible();
  const account = await (await tab.request.get(`${origin}/api/account`)).json();
  expect(account).toMatchObject({ name: "Grace Hopper", email });

  await notice.getByRole("button", { name: "Reload" }).click();
  await expect(notice).toBeHidden();
  await expect(page.getByText(workspace.owner.email)).toBeHidden();
});

test("the notice about another account works over a dialog, and disappears when the first person returns", async ({
  page,
  context,
  workspace,
  signIn,
  elsewhere,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 40[149]/);
  const { email } = await signUpAnother(await elsewhere(), workspace);
  await signIn();
  const { dialog, secret } = await createKey(page, workspace.slug);
  const tab = await context.newPage();
  await signInAs(tab, email);
  const notice = page.getByRole("region", { name: "Another account" });
  await expect(notice).toBeVisible();
  await notice.getByRole("button", { name: "Reload" }).click({ trial: true });
  await expect(dialog.getByLabel("API key", { exact: true })).toHaveValue(secret);
  await signInAs(tab, workspace.owner.email);
  await expect(notice).toBeHidden();
  expect(await callWithKey(secret)).toMatchObject({ status: 200 });
  await expect(dialog.getByText(/First request received/)).toBeVisible();
});
