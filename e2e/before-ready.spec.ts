import type { Page } from "@playwright/test";
import { expect, origin, password, test } from "./fixtures";

/** Opens a page and holds back its scripts, as on a slow machine. Call the returned function to let them load. */
async function openWithoutScript(page: Page, path: string): Promise<() => Promise<void>> {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(/\.js(\?|$)/, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(path, { waitUntil: "commit" });
  return async () => {
    release();
    await page.waitForLoadState("load");
  };
}

test("text typed before hydration is kept and saved", async ({ page, workspace, signIn }) => {
  await signIn();
  const address = `${origin}/${workspace.slug}/settings/profile`;
  const ready = await openWithoutScript(page, address);
  await page.getByLabel("Name", { exact: true }).fill("Augusta King");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Save changes" })).toBeDisabled();
  await ready();
  await expect(page.getByRole("button", { name: "Save changes" })).toBeEnabled();
  expect(page.url(), "Enter submitted nothing, and the URL has no fields").toBe(address);
  // Typing into another field renders the form again, so its state must have the early text.
  await page.getByLabel("Email").fill("elsewhere@example.test");
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Augusta King");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await expect(page.getByRole("banner").getByText("Augusta King")).toBeVisible();
});

test("a new password typed before hydration is used", async ({ page, workspace, signIn }) => {
  await signIn();
  const ready = await openWithoutScript(page, `/${workspace.slug}/settings/security`);
  await page.getByLabel("Current password", { exact: true }).fill(password);
  await page.getByLabel("New password", { exact: true }).fill("quite another long password");
  await ready();
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("Password changed. You’ve been signed out everywhere else.")).toBeVisible();
});

test("a search typed before hydration is run", async ({ page, workspace, signIn, apiKey }) => {
  await apiKey({ name: "alpha" });
  await apiKey({ name: "beta" });
  await signIn();
  const ready = await openWithoutScript(page, `/${workspace.slug}/settings/api/keys`);
  await page.getByRole("searchbox", { name: "Search API keys" }).fill("alp");
  await ready();
  await expect(page).toHaveURL(/q=alp/);
  await expect(page.getByRole("link", { name: "alpha", exact: true })).toBeVisible();
  await expect(page.getByRole("link", { name: "beta", exact: true })).toBeHidden();
});

test("credentials typed before hydration are kept", async ({ page, workspace }) => {
  const ready = await openWithoutScript(page, "/sign-in");
  await page.getByLabel("Email").fill(workspace.owner.email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.keyboard.press("Enter");
  await ready();
  expect(page.url()).toBe(`${origin}/sign-in`);
  await expect(page.getByLabel("Email")).toHaveValue(workspace.owner.email);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/${workspace.slug}/settings`));
});
