import type { CDPSession, Locator, Page } from "@playwright/test";
import { codeOf } from "./app-code";
import { expect, forgetCookies, inDatabase } from "./fixtures";
import { sendCredentials } from "./sign-in-again";

export const twoStepSection = (page: Page): Locator =>
  page.getByRole("region", { name: "Two-step verification" });
export const passkeySection = (page: Page): Locator => page.getByRole("region", { name: "Passkeys" });

/** Sets up an authenticator app on the Security page. */
export async function setUpAuthenticator(page: Page): Promise<{ secret: string; recoveryCodes: string[] }> {
  await twoStepSection(page).getByRole("button", { name: "Set up authenticator app" }).click();
  const dialog = page.getByRole("dialog", { name: "Set up authenticator app" });
  await expect(dialog.getByRole("img", { name: /QR code/ })).toBeVisible();
  const secret = await dialog.getByLabel(/Secret/).inputValue();
  await dialog.getByLabel("Code", { exact: true }).fill(codeOf(secret));
  await dialog.getByRole("button", { name: "Turn on" }).click();
  const codes = page.getByRole("dialog", { name: "Save your recovery codes" });
  const text = await codes.getByRole("group", { name: "Recovery codes" }).textContent();
  await codes.getByRole("button", { name: "Done" }).click();
  await expect(twoStepSection(page).getByText("On", { exact: true })).toBeVisible();
  return { secret, recoveryCodes: (text ?? "").trim().split("\n") };
}

/** Lets the server accept a code that was already used. */
export function forgetUsedCode(email: string): Promise<void> {
  return inDatabase(
    "UPDATE totp_factors SET last_step = NULL WHERE user_id = (SELECT id FROM users WHERE email = $1)",
    [email],
  );
}

/** Signs in again, up to the second step. */
export async function enterPassword(page: Page, email: string, goal: string): Promise<void> {
  await forgetCookies(page);
  await page.goto(goal);
  await sendCredentials(page, email);
  await expect(page).toHaveURL(/\/sign-in\/verify\?/);
}

/** Sends a code as the second step. */
export async function sendCode(form: Page | Locator, code: string): Promise<void> {
  await form.getByLabel("Code", { exact: true }).fill(code);
  await form.getByRole("button", { name: "Verify" }).click();
}

/** Adds a virtual authenticator that verifies the user automatically. */
export async function giveAuthenticator(page: Page): Promise<{ cdp: CDPSession; authenticatorId: string }> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { cdp, authenticatorId };
}

/** Adds a passkey on the Security page, and closes the dialog with the recovery codes. */
export async function addPasskey(page: Page): Promise<void> {
  await passkeySection(page).getByRole("button", { name: "Add a passkey" }).click();
  await page
    .getByRole("dialog", { name: "Save your recovery codes" })
    .getByRole("button", { name: "Done" })
    .click();
  await expect(passkeySection(page).getByRole("listitem")).toHaveCount(1);
}
