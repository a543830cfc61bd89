import { readFileSync } from "node:fs";
import { codeOf } from "./app-code";
import { expect, inDatabase, origin, test } from "./fixtures";
import { enterPassword, forgetUsedCode, sendCode, setUpAuthenticator, twoStepSection } from "./second-steps";
import { forgetProof } from "./session-state";

test("an authenticator app is set up and required at sign-in, which leads to the requested page", async ({
  page,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 40[01]/);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/security`);
  const { secret } = await setUpAuthenticator(page);

  const goal = `/${workspace.slug}/settings/api/keys?status=active`;
  await enterPassword(page, workspace.owner.email, goal);
  // Other pages redirect to the second step.
  await page.goto(`/${workspace.slug}/settings/profile`);
  await expect(page).toHaveURL(/\/sign-in\/verify\?/);
  await enterPassword(page, workspace.owner.email, goal);
  await forgetUsedCode(workspace.owner.email);
  await sendCode(page, codeOf(secret, 9));
  await expect(page.getByLabel("Code", { exact: true })).toHaveAccessibleDescription(/incorrect/);
  await sendCode(page, codeOf(secret));
  await expect(page).toHaveURL(origin + goal);
});

test("a recovery code signs in once, and new codes replace the old ones", async ({
  page,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 401/);
  await signIn();
  const security = `/${workspace.slug}/settings/security`;
  await page.goto(security);
  const { recoveryCodes } = await setUpAuthenticator(page);
  expect(recoveryCodes).toHaveLength(10);

  for (const isAccepted of [true, false]) {
    await enterPassword(page, workspace.owner.email, security);
    await page.getByRole("link", { name: "Use a recovery code" }).click();
    await page.getByLabel("Recovery code", { exact: true }).fill(recoveryCodes[0] ?? "");
    await page.getByRole("button", { name: "Verify" }).click();
    if (isAccepted)
      await expect(twoStepSection(page).getByText("9 of 10 recovery codes left.")).toBeVisible();
    else
      await expect(page.getByLabel("Recovery code", { exact: true })).toHaveAccessibleDescription(
        /already used/,
      );
  }
  await page.getByLabel("Recovery code", { exact: true }).fill(recoveryCodes[1] ?? "");
  await page.getByRole("button", { name: "Verify" }).click();

  await twoStepSection(page).getByRole("button", { name: "Recovery codes" }).click();
  await page.getByRole("button", { name: "Create new codes" }).click();
  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  const file = readFileSync(await (await downloading).path(), "utf8");
  expect(file.trim().split("\n")).toHaveLength(10);
  for (const old of recoveryCodes) expect(file).not.toContain(old);
  await page.getByRole("button", { name: "Done" }).click();
  await expect(twoStepSection(page).getByText("10 of 10 recovery codes left.")).toBeVisible();
});

test("S18 turning off the authenticator app requires confirming an identity with a code", async ({
  page,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 403/);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/security`);
  const { secret } = await setUpAuthenticator(page);
  await forgetProof(workspace.owner.email);
  await forgetUsedCode(workspace.owner.email);
  await twoStepSection(page).getByRole("button", { name: "Turn off authenticator app" }).click();
  await page.getByRole("button", { name: "Turn off", exact: true }).click();
  const question = page.getByRole("dialog", { name: "Confirm it's you" });
  await question.getByRole("button", { name: "Use your authenticator app" }).click();
  await expect(question.getByLabel("Code", { exact: true })).toBeFocused();
  await question.getByLabel("Code", { exact: true }).fill(codeOf(secret));
  await question.getByRole("button", { name: "Confirm" }).click();
  await expect(twoStepSection(page).getByText("Off", { exact: true })).toBeVisible();
  // It replaced the button that was pressed.
  await expect(twoStepSection(page).getByRole("button", { name: "Set up authenticator app" })).toBeFocused();
});

test("a workspace that requires two-step verification opens after a member sets it up", async ({
  page,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 40[39]/);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/workspace`);
  await page.getByRole("switch", { name: "Require two-step verification" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "for your own account first" })).toBeVisible();
  await inDatabase("UPDATE workspaces SET require_two_step = true WHERE slug = $1", [workspace.slug]);
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await expect(page).toHaveURL(`${origin}/${workspace.slug}/settings/security`);
  await expect(page.getByText(`${workspace.name} requires two-step verification`)).toBeVisible();
  await setUpAuthenticator(page);
  await page.goto(`/${workspace.slug}/settings/workspace`);
  const required = page.getByRole("switch", { name: "Require two-step verification" });
  await expect(required).toBeChecked();
  await required.click();
  await expect(required).not.toBeChecked();
});
