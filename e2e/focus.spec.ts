import { expect, test, untilHydrated } from "./fixtures";

test("dismissing a toast by keyboard moves the focus on, and later toasts still disappear", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  await page.clock.install();
  await apiKey();
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await untilHydrated(page);
  const menu = page.getByRole("button", { name: "Actions for blog ingest" });
  for (const item of ["Disable", "Enable"]) {
    await menu.click();
    await page.getByRole("menuitem", { name: item }).click();
    await expect(page.getByText(new RegExp(`blog ingest is ${item.toLowerCase()}d`))).toBeVisible();
  }
  await page.mouse.move(0, 0);
  const dismiss = page.getByRole("button", { name: "Dismiss" });
  await menu.focus();
  await dismiss.first().focus();
  await page.keyboard.press("Enter");
  await expect(dismiss).toHaveCount(1);
  await expect(dismiss).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(dismiss).toHaveCount(0);
  await expect(menu).toBeFocused();

  await menu.click();
  await page.getByRole("menuitem", { name: "Disable" }).click();
  await expect(dismiss).toHaveCount(1);
  await page.clock.runFor(11_000);
  await expect(dismiss).toHaveCount(0);
});

test("Tab in an open menu or submenu continues from the menu's button", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  await apiKey({ name: "alpha" });
  await apiKey({ name: "beta" });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await page.getByRole("button", { name: "Actions for beta" }).click();
  await page.keyboard.press("Shift+Tab");
  await expect(page.getByRole("menu")).toHaveCount(0);
  expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe("BODY");

  const account = page.getByRole("button", { name: "Account menu" });
  await account.click();
  await page.getByRole("menuitem", { name: "Theme" }).press("ArrowRight");
  await expect(page.getByRole("menuitemradio").first()).toBeFocused();
  await page.keyboard.press("Shift+Tab");
  await expect(page.getByRole("menu")).toHaveCount(0);
  expect(await page.evaluate(() => document.activeElement?.closest("header") !== null)).toBe(true);
});
