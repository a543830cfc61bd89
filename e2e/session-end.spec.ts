import type { Locator, Page } from "@playwright/test";
import { callWithKey, expect, origin, test } from "./fixtures";
import { endSessions, endSessionsIn, leaveSessionsIdle } from "./session-state";
import {
  createKey,
  openWindow,
  sendCredentials,
  signInAgain,
  signInDialog,
  signUpAnother,
  watchPrompts,
} from "./sign-in-again";
import { expectNoViolations } from "./violations";

/** Sessions end after an idle hour. */
const almostIdle = "58 minutes 30 seconds";

/** Advances the page's clock in steps, because the page may not be watching yet. The server's clock doesn't change. */
async function passTimeUntil(page: Page, shown: Locator, stepMs = 6_000): Promise<void> {
  await expect(async () => {
    await page.clock.fastForward(stepMs);
    await expect(shown).toBeVisible({ timeout: 1_000 });
  }).toPass();
}

test("S20 a notice warns before an idle session ends, and can extend it", async ({
  page,
  context,
  workspace,
  signIn,
}) => {
  await page.clock.install();
  await signIn();
  await page.goto(`/${workspace.slug}/settings/profile`);
  await page.getByLabel("Name", { exact: true }).fill("Typed and not saved");
  await leaveSessionsIdle(workspace.owner.email, almostIdle);
  const notice = page.getByRole("region", { name: "Your session" });
  await passTimeUntil(page, notice);
  await expect(notice).toContainText(/You’ll be signed out in 1:[0-2]\d due to inactivity\./);
  await expect(page.getByLabel("Name", { exact: true }), "the focus stays").toBeFocused();
  await expect(page.getByText("You’ll be signed out soon due to inactivity")).toBeAttached();
  await expectNoViolations(page);

  await page.getByRole("button", { name: "Stay signed in" }).click();
  await expect(notice).toBeHidden();
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Typed and not saved");

  // Activity in another tab counts, too, and this tab asks before it warns.
  await leaveSessionsIdle(workspace.owner.email, almostIdle);
  await page.clock.fastForward(59 * 60_000);
  await expect(notice).toBeVisible();
  await context.request.get(`${origin}/api/account`);
  await page.clock.fastForward(11_000);
  await expect(notice).toBeHidden();
});

test("the notice reports when the connection is lost and restored", async ({
  page,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/Failed to load resource/);
  await page.clock.install();
  await signIn();
  await page.goto(`/${workspace.slug}/settings/profile`);
  await leaveSessionsIdle(workspace.owner.email, almostIdle);
  const notice = page.getByRole("region", { name: "Your session" });
  await passTimeUntil(page, notice);
  await page.route("**/api/account/session", (route) => route.abort());
  await page.getByRole("button", { name: "Stay signed in" }).click();
  await expect(notice).toContainText("Connection lost. Trying again…");
  await expect(notice).toContainText(/You’ll be signed out in \d:\d\d/);
  await page.clock.fastForward(120_000);
  await expect(notice).toContainText("Your session may have ended. Connection lost. Trying again…");
  await page.unroute("**/api/account/session");
  await page.clock.fastForward(6_000);
  await expect(notice).not.toContainText("Connection lost");
  await page.getByRole("button", { name: "Stay signed in" }).click();
  await expect(notice).toBeHidden();
});

test("notices are stacked on a phone", async ({ page, workspace, signIn, expectedErrors }) => {
  expectedErrors.push(/status of 503/);
  await page.setViewportSize({ width: 360, height: 740 });
  await page.clock.install();
  await signIn();
  await page.goto(`/${workspace.slug}/settings/security`);
  // Opening a page counts as activity.
  await page.waitForLoadState("networkidle");
  await leaveSessionsIdle(workspace.owner.email, almostIdle);
  const sessionEnd = page.getByRole("region", { name: "Your session" });
  // The page may have asked before, and asks again near the end that it knows of.
  await passTimeUntil(page, sessionEnd, 59 * 60_000);
  await page.route("**/api/account/activity", (route) =>
    route.fulfill({ status: 503, json: { error: { code: "unavailable", message: "Try again." } } }),
  );
  const refresh = page.getByRole("region", { name: "Refresh" });
  await passTimeUntil(page, refresh);
  await expectNoViolations(page);
  await expect(sessionEnd).toBeVisible();
  const [upper, lower] = [await sessionEnd.boundingBox(), await refresh.boundingBox()].sort(
    (one, other) => (one?.y ?? 0) - (other?.y ?? 0),
  );
  expect((upper?.y ?? 0) + (upper?.height ?? 0)).toBeLessThanOrEqual(lower?.y ?? 0);
  // Moving the pointer counts as activity and extends the session.
  await page.clock.resume();
  await sessionEnd.getByRole("button", { name: "Stay signed in" }).click({ trial: true });
  await refresh.getByRole("button", { name: "Retry" }).click({ trial: true });
});

test("S20 pressing a key near the end extends the session", async ({ page, workspace, signIn }) => {
  await page.clock.install();
  await signIn();
  await page.goto(`/${workspace.slug}/settings/profile`);
  await leaveSessionsIdle(workspace.owner.email, almostIdle);
  const notice = page.getByRole("region", { name: "Your session" });
  await passTimeUntil(page, notice);
  await page.keyboard.press("Tab");
  await expect(notice).toBeHidden();
});

test("S20 the maximum length of a session can't be extended, and asks to sign in without leaving the page", async ({
  page,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 401/);
  await page.clock.install();
  await signIn();
  await page.goto(`/${workspace.slug}/settings/profile`);
  await endSessionsIn(workspace.owner.email, "100 seconds");
  const notice = page.getByRole("region", { name: "Your session" });
  await passTimeUntil(page, notice);
  await expect(notice).toContainText("because your session is reaching its maximum length");
  await expect(page.getByRole("button", { name: "Stay signed in" })).toBeHidden();
  await expectNoViolations(page);

  await endSessions(workspace.owner.email);
  await page.clock.fastForward(11_000);
  const dialog = signInDialog(page);
  await expect(dialog).toBeVisible();
  await page.clock.resume();
  await expectNoViolations(page);
  await signInAgain(dialog);
  await expect(notice).toBeHidden();
  await expect(page).toHaveURL(`${origin}/${workspace.slug}/settings/profile`);
});

test("the secret dialog survives the end of the session", async ({
  page,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 401/);
  const prompts = watchPrompts(page);
  await signIn();
  const { dialog: secretDialog, secret } = await createKey(page, workspace.slug);

  await endSessions(workspace.owner.email);
  const dialog = signInDialog(page);
  await dialog.getByRole("button", { name: "Not now" }).click();
  const notice = page.getByRole("region", { name: "Signed out" });
  await expect(notice).toBeVisible();
  await expectNoViolations(page);
  // The page keeps polling, which doesn't reopen the dialog.
  await page.waitForResponse((answer) => answer.url().endsWith("/activity") && answer.status() === 401);
  await expect(dialog).toBeHidden();
  await expect(secretDialog.getByLabel("API key", { exact: true })).toHaveValue(secret);

  await notice.getByRole("button", { name: "Sign in" }).click();
  await signInAgain(dialog);
  await expect(notice).toBeHidden();
  await expect(secretDialog.getByLabel("API key", { exact: true })).toHaveValue(secret);
  expect(await callWithKey(secret)).toMatchObject({ status: 200 });
  await expect(secretDialog.getByText(/First request received/)).toBeVisible();
  expect(prompts).toEqual([]);
});

test("typed input is saved after signing in again", async ({ page, workspace, signIn, expectedErrors }) => {
  expectedErrors.push(/status of 401/);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/workspace`);
  await page.getByLabel("Name", { exact: true }).fill("Typed before the end");
  await endSessions(workspace.owner.email);
  await page.getByRole("button", { name: "Save changes" }).click();
  const dialog = signInDialog(page);
  await dialog.getByLabel("Password", { exact: true }).fill("wrong password");
  await dialog.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(dialog.getByRole("alert")).toContainText("Email or password is incorrect.");
  await signInAgain(dialog);
  await expect(page.getByText("Saved.")).toBeVisible();
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Typed before the end");
});

test("signing in in another window continues the waiting page", async ({
  page,
  context,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 401/);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/workspace`);
  await page.getByLabel("Name", { exact: true }).fill("Typed before the end");
  await endSessions(workspace.owner.email);
  await page.getByRole("button", { name: "Save changes" }).click();
  const window = await openWindow(
    context,
    page.getByRole("button", { name: "Use another way in a new window" }),
  );
  const closed = window.waitForEvent("close");
  await sendCredentials(window, workspace.owner.email);
  await closed;
  await expect(page.getByText("Saved.")).toBeVisible();
  await expect(page.getByRole("dialog")).toBeHidden();
});

test("another person who signs in sees nothing of the page", async ({
  page,
  workspace,
  signIn,
  elsewhere,
  expectedErrors,
}) => {
  // The page keeps polling until it's left.
  expectedErrors.push(/status of 40[19]/);
  const prompts = watchPrompts(page);
  const { email, slug } = await signUpAnother(await elsewhere(), workspace);
  await signIn();
  await createKey(page, workspace.slug);

  await endSessions(workspace.owner.email);
  const dialog = signInDialog(page);
  await dialog.getByLabel("Email").fill(email);
  await signInAgain(dialog);
  await expect(page).toHaveURL(new RegExp(`^${origin}/${slug}/settings`));
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(page.getByText(workspace.name)).toBeHidden();
  expect(prompts).toEqual([]);
});
