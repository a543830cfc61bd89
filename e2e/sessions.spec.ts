import { expect, origin, test } from "./fixtures";
import { leaveSessionsIdle } from "./session-state";
import { signInAgain, signInDialog } from "./sign-in-again";

test("S21 other sessions are signed out, one by one or all at once", async ({
  page,
  elsewhere: openElsewhere,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 401/);
  await signIn();
  const elsewhere = await openElsewhere({
    userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  });
  await signIn(elsewhere);
  await elsewhere.goto(`${origin}/${workspace.slug}/settings/profile`);

  await page.goto(`/${workspace.slug}/settings/security`);
  const sessions = page.getByRole("list", { name: "Sessions" }).getByRole("listitem");
  // This one, the other browser's and the fixture's.
  await expect(sessions).toHaveCount(3);
  await expect(sessions.first()).toContainText("This session");
  await sessions
    .filter({ hasText: "Firefox" })
    .getByRole("button", { name: /^Sign out/ })
    .click();
  await expect(sessions).toHaveCount(2);
  await elsewhere.getByRole("link", { name: "Security" }).click();
  await expect(elsewhere).toHaveURL(new RegExp(`^${origin}/sign-in\\?callbackUrl=`));
  await page.getByRole("button", { name: "Sign out other sessions" }).click();
  await expect(sessions).toHaveCount(1);
  await expect(page.getByRole("button", { name: "Sign out other sessions" })).toBeDisabled();
  expect((await workspace.console.get("/api/account")).status()).toBe(401);
});

test("S20 an ended session asks to sign in without leaving the page, then continues", async ({
  page,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 401/);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  // A request still in flight would fail, too, and ask to sign in before anything is typed.
  await page.waitForLoadState("networkidle");
  await leaveSessionsIdle(workspace.owner.email, "2 hours");
  await page.getByRole("searchbox", { name: "Search API keys" }).fill("anything");
  await signInAgain(signInDialog(page));
  await expect(page.getByRole("searchbox", { name: "Search API keys" })).toHaveValue("anything");
  await expect(page.getByText(/No .*match/)).toBeVisible();
});
