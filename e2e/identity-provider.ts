import { randomBytes } from "node:crypto";
import type { Page } from "@playwright/test";
import { expect } from "./fixtures";

/** A user name at the provider. The email is `<name>@acme.test`. */
export const newProviderAccount = () => `grace-${randomBytes(5).toString("hex")}`;

/** Signs in on the provider's page. */
export async function signInThere(page: Page, account: string): Promise<void> {
  await expect(page.getByRole("heading", { name: "Acme ID" })).toBeVisible();
  await page.getByLabel("User name").fill(account);
  await page.getByRole("button", { name: "Continue" }).click();
}

/** Returns the new workspace's slug. */
export async function signUpWithProvider(page: Page, account: string): Promise<string> {
  await page.goto("/sign-up");
  await page.getByRole("button", { name: "Continue with Acme ID" }).click();
  await signInThere(page, account);
  await expect(page).toHaveURL(/\/settings\/workspace$/);
  return new URL(page.url()).pathname.split("/")[1] ?? "";
}
