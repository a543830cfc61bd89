import { readFileSync } from "node:fs";
import { codeOf } from "./app-code";
import { expect, inDatabase, origin, test } from "./fixtures";
import { enterPassword, forgetUsedCode, setUpAuthenticator, twoStepSection } from "./second-steps";
import { forgetProof } from "./session-state";

test("an authenticator app is set up, asked for at sign-in, and leads on to the page that was wanted", async ({
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
  // Whatever else one tries, it leads back to the second step.
  await page.goto(`/${workspace.slug}/settings/profile`);
  await expect(page).toHaveURL(/\/sign-in\/verify\?/);
  await enterPassword(page, workspace.owner.email, goal);
  await forgetUsedCode(workspace.owner.email);
  await page.getByLabel("Code", { exact: true }).fill(codeOf(secret, 9));
  await page.getByRole("button", { name: "Verify" }).click();
  await expect(page.getByLabel("Code", { exact: true })).toHaveAccessibleDescription(/not right/);
  await page.getByLabel("Code", { exact: true }).fill(codeOf(secret));
  await page.getByRole("button", { name: "Verify" }).click();
  await expect(page).toHaveURL(origin + goal);
});

test("a recovery code opens the account once; new ones take their place and can be downloaded", async ({
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

  for (const opens of [true, false]) {
    await enterPassword(page, workspace.owner.email, security);
    await page.getByRole("link", { name: "Use a recovery code" }).click();
    await page.getByLabel("Recovery code", { exact: true }).fill(recoveryCodes[0] ?? "");
    await page.getByRole("button", { name: "Verify" }).click();
    if (opens) await expect(twoStepSection(page).getByText("9 of 10 recovery codes left.")).toBeVisible();
    else
      await expect(page.getByLabel("Recovery code", { exact: true })).toHaveAccessibleDescription(
        /used before/,
      );
  }
  await page.getByLabel("Recovery code", { exact: true }).fill(recoveryCodes[1] ?? "");
  await page.getByRole("button", { name: "Verify" }).click();

  await twoStepSection(page).getByRole("button", { name: "Recovery codes" }).click();
  await page.getByRole("button", { name: "Make new codes" }).click();
  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  const file = readFileSync(await (await downloading).path(), "utf8");
  expect(file.trim().split("\n")).toHaveLength(10);
  for (const old of recoveryCodes) expect(file).not.toContain(old);
  await page.getByRole("button", { name: "Done" }).click();
  await expect(twoStepSection(page).getByText("10 of 10 recovery codes left.")).toBeVisible();
});

test("S18 a code of the app confirms who one is, and turning it off needs that", async ({
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
  // The button that was pressed is this one now.
  await expect(twoStepSection(page).getByRole("button", { name: "Set up authenticator app" })).toBeFocused();
});

test("a workspace that requires it leads a member to set it up, and then opens", async ({
  page,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 40[39]/);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/workspace`);
  await page.getByRole("switch", { name: "Require two-step verification" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "for yourself first" })).toBeVisible();
  await inDatabase("UPDATE workspaces SET require_two_step = true WHERE slug = $1", [workspace.slug]);
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await expect(page).toHaveURL(`${origin}/${workspace.slug}/settings/security`);
  await expect(page.getByText(`${workspace.name} asks its members for two-step verification`)).toBeVisible();
  await setUpAuthenticator(page);
  await page.goto(`/${workspace.slug}/settings/workspace`);
  const required = page.getByRole("switch", { name: "Require two-step verification" });
  await expect(required).toBeChecked();
  await required.click();
  await expect(required).not.toBeChecked();
});
