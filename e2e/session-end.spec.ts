import AxeBuilder from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { expect, inDatabase, origin, password, test } from "./fixtures";

const mine = "WHERE user_id = (SELECT id FROM users WHERE email = $1)";
/** The e2e server's idle time is an hour. */
const idleSince = (interval: string) =>
  `UPDATE sessions SET last_active_at = now() - interval '${interval}' ${mine}`;

/** The page's clock goes on in steps, for it may not yet have begun to watch. The server's, which decides, does not. */
async function passTimeUntil(page: Page, shown: Locator): Promise<void> {
  await expect(async () => {
    await page.clock.fastForward(6_000);
    await expect(shown).toBeVisible({ timeout: 1_000 });
  }).toPass();
}

test("S20 the end of an idle session is told beforehand, and who stays, stays", async ({
  page,
  context,
  workspace,
  signIn,
}) => {
  await page.clock.install();
  await signIn();
  await page.goto(`/${workspace.slug}/settings/profile`);
  await page.getByLabel("Name", { exact: true }).fill("Typed and not saved");
  await inDatabase(idleSince("58 minutes 30 seconds"), [workspace.owner.email]);
  const notice = page.getByRole("region", { name: "Your session" });
  await passTimeUntil(page, notice);
  await expect(notice).toContainText(/You will be signed out in 1:[0-2]\d because nothing was done here\./);
  await expect(page.getByLabel("Name", { exact: true }), "the focus stays").toBeFocused();
  await expect(page.getByText("You will be signed out soon because")).toBeAttached();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

  await page.getByRole("button", { name: "Stay signed in" }).click();
  await expect(notice).toBeHidden();
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Typed and not saved");

  // What is done in another tab counts as well, and this one asks before it says anything.
  await inDatabase(idleSince("58 minutes 30 seconds"), [workspace.owner.email]);
  await page.clock.fastForward(59 * 60_000);
  await expect(notice).toBeVisible();
  await context.request.get(`${origin}/api/account`);
  await page.clock.fastForward(11_000);
  await expect(notice).toBeHidden();
});

test("S20 a key pressed while the end is near is reason enough to stay", async ({
  page,
  workspace,
  signIn,
}) => {
  await page.clock.install();
  await signIn();
  await page.goto(`/${workspace.slug}/settings/profile`);
  await inDatabase(idleSince("58 minutes 30 seconds"), [workspace.owner.email]);
  const notice = page.getByRole("region", { name: "Your session" });
  await passTimeUntil(page, notice);
  await page.keyboard.press("Tab");
  await expect(notice).toBeHidden();
});

test("S20 the absolute end is told as one that cannot be moved, and leads to sign-in and back", async ({
  page,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 401/);
  await page.clock.install();
  await signIn();
  await page.goto(`/${workspace.slug}/settings/profile`);
  await inDatabase(`UPDATE sessions SET expires_at = now() + interval '100 seconds' ${mine}`, [
    workspace.owner.email,
  ]);
  const notice = page.getByRole("region", { name: "Your session" });
  await passTimeUntil(page, notice);
  await expect(notice).toContainText("because no session lasts longer than this one has");
  await expect(page.getByRole("button", { name: "Stay signed in" })).toBeHidden();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

  await inDatabase(`UPDATE sessions SET expires_at = now() ${mine}`, [workspace.owner.email]);
  await page.clock.fastForward(11_000);
  await expect(page).toHaveURL(/\/sign-in\?callbackUrl=/);
  await page.clock.resume();
  await page.getByLabel("Email").fill(workspace.owner.email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(`${origin}/${workspace.slug}/settings/profile`);
});
