import type { Page } from "@playwright/test";
import { alert, expect, forgetCookies, origin, password, test } from "./fixtures";
import { addPasskey, giveAuthenticator, passkeySection, twoStepSection } from "./second-steps";
import { forgetProof } from "./session-state";
import { expectNoViolationsInBothThemes } from "./violations";

async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Account menu" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("button", { name: "Sign in", exact: true })).toBeVisible();
}

test("a passkey signs in without an email, and passes the second step after the password", async ({
  page,
  workspace,
  signIn,
}) => {
  await giveAuthenticator(page);
  await signIn();
  const security = `/${workspace.slug}/settings/security`;
  await page.goto(security);
  await addPasskey(page);
  await expect(passkeySection(page).getByText(/^Chrome on /)).toBeVisible();
  await expect(passkeySection(page).getByText("Never used")).toBeVisible();
  const twoStep = twoStepSection(page);
  await expect(twoStep.getByText("On", { exact: true })).toBeVisible();
  await expect(twoStep.getByText("10 of 10 recovery codes left.")).toBeVisible();

  await signOut(page);
  await page.goto(security);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(passkeySection(page).getByText(/Last used/)).toBeVisible();
  await expect(page).toHaveURL(origin + security);

  await signOut(page);
  await page.goto(security);
  await page.getByLabel("Email").fill(workspace.owner.email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("link", { name: "Use a recovery code" })).toBeVisible();
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await expect(passkeySection(page).getByText(/Last used/)).toBeVisible();
  await expect(page).toHaveURL(origin + security);
});

test("S18 a passkey confirms an identity to create an API key", async ({
  page,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 403/);
  await giveAuthenticator(page);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/security`);
  await addPasskey(page);
  await forgetProof(workspace.owner.email);
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await page.getByRole("button", { name: "Create API key" }).click();
  const dialog = page.getByRole("dialog", { name: "Create API key" });
  await dialog.getByLabel("Name").fill("nightly export");
  await dialog.getByRole("button", { name: "Create key" }).click();
  const question = page.getByRole("dialog", { name: "Confirm it's you" });
  await question.getByRole("button", { name: "Use a passkey" }).click();
  await expect(page.getByRole("dialog", { name: "Save your API key" })).toBeVisible();
});

test("a passkey is renamed and removed, and no longer signs in", async ({
  page,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 40[01]/);
  await giveAuthenticator(page);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/security`);
  await addPasskey(page);
  await passkeySection(page)
    .getByRole("button", { name: /^Actions for Chrome/ })
    .click();
  await page.getByRole("menuitem", { name: "Rename" }).click();
  const rename = page.getByRole("dialog", { name: /^Rename Chrome/ });
  await rename.getByLabel("Name").fill("");
  await rename.getByRole("button", { name: "Save name" }).click();
  await expect(rename.getByLabel("Name")).toHaveAccessibleDescription(/Enter a name/);
  await rename.getByLabel("Name").fill("Work laptop");
  await rename.getByRole("button", { name: "Save name" }).click();
  await expect(passkeySection(page).getByText("Work laptop", { exact: true })).toBeVisible();

  await passkeySection(page).getByRole("button", { name: "Actions for Work laptop" }).click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
  const remove = page.getByRole("dialog", { name: "Remove Work laptop?" });
  await expect(remove.getByText(/only second step/)).toBeVisible();
  await remove.getByRole("button", { name: "Cancel" }).click();
  await expect(passkeySection(page).getByRole("button", { name: "Actions for Work laptop" })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Remove" }).click();
  await remove.getByRole("button", { name: "Remove passkey" }).click();
  await expect(passkeySection(page).getByText("No passkeys yet")).toBeVisible();

  await signOut(page);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(alert(page)).toHaveText(/wasn't accepted/);
});

test("S17 a passkey without user verification is rejected, and canceling keeps what was typed", async ({
  page,
  workspace,
  signIn,
}) => {
  const { cdp, authenticatorId } = await giveAuthenticator(page);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/security`);
  await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  await passkeySection(page).getByRole("button", { name: "Add a passkey" }).click();
  await expect(page.getByText("Couldn’t add a passkey.")).toBeVisible();
  await expect(passkeySection(page).getByText("No passkeys yet")).toBeVisible();
  await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
  await addPasskey(page);
  await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  await signOut(page);
  await page.getByLabel("Email").fill("typed@example.test");
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(alert(page)).toHaveText(/No passkey was used/);
  await expect(page.getByLabel("Email")).toHaveValue("typed@example.test");
});

test("a page opened by its IP address says where passkeys work", async ({ page }) => {
  const { port } = new URL(origin);
  await page.goto(`http://127.0.0.1:${port}/sign-in`);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(alert(page)).toHaveText(new RegExp(`Open http://localhost:${port} to use them`));
});

for (const width of [1280, 360]) {
  test.describe(`at ${width} px`, () => {
    test.use({
      viewport: { width, height: 800 },
      contextOptions: { reducedMotion: "reduce" },
    });

    test("axe finds nothing on listing, using and removing passkeys", async ({
      page,
      workspace,
      signIn,
      expectedErrors,
    }) => {
      test.slow();
      expectedErrors.push(/status of 403/);
      const look = (where: string) => expectNoViolationsInBothThemes(page, `${where}-${width}`);
      await giveAuthenticator(page);
      await page.goto("/sign-in");
      await look("sign-in");
      await signIn();
      await page.goto(`/${workspace.slug}/settings/security`);
      await expect(passkeySection(page).getByText("No passkeys yet")).toBeVisible();
      await look("security-without-passkeys");
      await addPasskey(page);
      await expect(passkeySection(page).getByText(/^Chrome on /)).toBeVisible();
      await look("security");
      await passkeySection(page)
        .getByRole("button", { name: /^Actions for Chrome/ })
        .click();
      await page.getByRole("menuitem", { name: "Remove" }).click();
      await look("remove");
      await forgetProof(workspace.owner.email);
      await page.getByRole("button", { name: "Remove passkey" }).click();
      await expect(page.getByRole("dialog", { name: "Confirm it's you" })).toBeVisible();
      await look("confirm");
      await forgetCookies(page);
      await page.goto("/sign-in");
      await page.getByLabel("Email").fill(workspace.owner.email);
      await page.getByLabel("Password", { exact: true }).fill(password);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await expect(page.getByRole("button", { name: "Use a passkey" })).toBeVisible();
      await look("verify");
    });
  });
}
