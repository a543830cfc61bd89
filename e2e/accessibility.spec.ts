import type { Page } from "@playwright/test";
import { codeOf } from "./app-code";
import { callWithKey, expect, forgetCookies, test, untilHydrated } from "./fixtures";
import { mailedLink } from "./mailed-link";
import { expectNoViolationsInBothThemes } from "./violations";

const signedOut = [
  "/sign-in",
  "/sign-up",
  "/forgot-password",
  "/docs",
  "/docs/events",
  "/docs/errors",
  "/docs/leaks",
  "/docs/scaling",
  "/nothing/here/at-all",
];
const settings = [
  "profile",
  "security",
  "workspace",
  "members",
  "audit-log",
  "api/keys",
  "api/access-logs",
  "api/usage",
  "api/event-subscriptions",
  "api/protect",
];

/** Checks only the dialog: the page behind it is inert and checked separately. */
async function expectNoViolationsInDialog(page: Page, name: string | RegExp): Promise<void> {
  await expect(page.getByRole("dialog", { name })).toBeVisible();
  await expect(page.getByRole("dialog", { name }).locator("[role=status][aria-label^=Loading]")).toHaveCount(
    0,
  );
  await expectNoViolationsInBothThemes(page, String(name), "dialog[open]");
}

for (const width of [1280, 360]) {
  test.describe(`at ${width} px`, () => {
    test.use({
      colorScheme: "light",
      viewport: { width, height: 800 },
      contextOptions: { reducedMotion: "reduce" },
    });

    test("axe finds nothing on the signed-out pages", async ({ page, expectedErrors }) => {
      expectedErrors.push(/status of 404/);
      for (const path of signedOut) {
        await page.goto(path);
        await expectNoViolationsInBothThemes(page, path);
      }
    });

    test("axe finds nothing on the pages behind emailed links, nor in the dialogs about members and second steps", async ({
      page,
      workspace,
      signIn,
      apiKey,
    }) => {
      test.slow();
      await workspace.console.post("/api/forgot-password", { data: { email: workspace.owner.email } });
      const people = `/api/workspaces/${workspace.slug}`;
      const invited = await workspace.console.post(`${people}/invitations`, {
        data: { email: `new-${workspace.owner.email}`, role: "viewer" },
      });
      await workspace.console.post(`${people}/members`, { data: { name: "Deploy bot", role: "member" } });
      await apiKey();
      const { link } = (await invited.json()) as { link: string };
      for (const path of [await mailedLink(workspace.owner.email, "reset-password"), link]) {
        await page.goto(path);
        await expect(page.getByRole("textbox").first()).toBeVisible();
        await expectNoViolationsInBothThemes(page, path);
      }
      await workspace.console.post("/api/account/verify-email", { data: {} });
      await page.goto(await mailedLink(workspace.owner.email, "verify-email"));
      await expectNoViolationsInBothThemes(page, "/verify-email");

      await signIn();
      await page.goto(`/${workspace.slug}/settings/members`);
      const open = async (button: string, item?: string) => {
        await page.getByRole("button", { name: button, exact: true }).click();
        if (item) await page.getByRole("menuitem", { name: item }).click();
      };
      await open("Actions for Deploy bot");
      await expectNoViolationsInBothThemes(page, "the members, with a menu");
      await page.keyboard.press("Escape");
      for (const [name, button, item] of [
        ["Invite member", "Invite member"],
        ["Add service member", "Add service member"],
        ["Rename Deploy bot", "Actions for Deploy bot", "Rename"],
        ["Change role of Deploy bot", "Actions for Deploy bot", "Change role"],
        ["Remove Deploy bot?", "Actions for Deploy bot", "Remove"],
        [`Leave ${workspace.name}?`, `Actions for ${workspace.owner.name}`, "Leave workspace"],
      ] as [string, string, string?][]) {
        await open(button, item);
        await expectNoViolationsInDialog(page, name);
        await page.keyboard.press("Escape");
        await expect(page.getByRole("dialog")).toHaveCount(0);
      }
      await page.goto(`/${workspace.slug}/settings/api/keys`);
      await open("Create API key");
      await page.getByRole("dialog").getByRole("combobox", { name: "Owner" }).click();
      await page.getByRole("option", { name: /^Deploy bot/ }).click();
      await expectNoViolationsInDialog(page, "Create API key");

      await page.goto(`/${workspace.slug}/settings/security`);
      await open("Set up authenticator app");
      const setUp = page.getByRole("dialog", { name: "Set up authenticator app" });
      await expect(setUp.getByRole("img", { name: /QR code/ })).toBeVisible();
      await expectNoViolationsInDialog(page, "Set up authenticator app");
      await setUp
        .getByLabel("Code", { exact: true })
        .fill(codeOf(await setUp.getByLabel(/Secret/).inputValue()));
      await setUp.getByRole("button", { name: "Turn on" }).click();
      await expectNoViolationsInDialog(page, "Save your recovery codes");
      await page.getByRole("button", { name: "Done" }).click();

      await forgetCookies(page);
      await signIn();
      await page.goto("/sign-in/verify");
      await expect(page.getByLabel("Code", { exact: true })).toBeVisible();
      await expectNoViolationsInBothThemes(page, "/sign-in/verify");
    });

    test("axe finds nothing on full and empty settings pages, nor in dialogs, menus and sheets", async ({
      page,
      workspace,
      signIn,
      apiKey,
    }) => {
      test.slow();
      await signIn();
      for (const path of ["api/keys", "api/access-logs", "api/usage"]) {
        await page.goto(`/${workspace.slug}/settings/${path}`);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
        await expectNoViolationsInBothThemes(page, `${path}, empty`);
      }
      const { key, secret } = await apiKey();
      expect(await callWithKey(secret)).toMatchObject({ status: 200 });
      await callWithKey(secret, { "x-api-key": secret }, "/auth/api-keys");
      for (const path of [...settings, `api/keys/${key.id}`]) {
        await page.goto(`/${workspace.slug}/settings/${path}`);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
        await expectNoViolationsInBothThemes(page, path);
      }
      await page.goto(`/${workspace.slug}/settings/api/keys`);
      await page.getByRole("button", { name: "Actions for blog ingest" }).click();
      await expectNoViolationsInBothThemes(page, "a row's menu");
      await page.getByRole("menuitem", { name: "Revoke" }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await expectNoViolationsInBothThemes(page, "the revoke dialog");
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Create API key" }).click();
      await page.getByRole("button", { name: "Create key" }).click();
      await expectNoViolationsInBothThemes(page, "the create dialog with an error");
      await page.getByRole("dialog").getByLabel("Name", { exact: true }).fill("axe");
      await page.getByRole("button", { name: "Create key" }).click();
      await expect(page.getByRole("dialog", { name: "Save your API key" })).toBeVisible();
      await expectNoViolationsInBothThemes(page, "the secret's dialog");
      await page.getByRole("button", { name: "Done" }).click();
      await page.goto(`/${workspace.slug}/settings/api/access-logs?outcome=denied`);
      await page
        .getByRole("button", { name: /Details of denied/ })
        .first()
        .click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await expectNoViolationsInBothThemes(page, "an entry's sheet");
    });
  });
}
test("a key is created, copied and revoked with only the keyboard", async ({ page, workspace, signIn }) => {
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await untilHydrated(page);
  await tabTo(page, "button", "Create API key");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Create API key" })).toBeVisible();
  await expect(page.getByLabel("Name", { exact: true })).toBeFocused();
  await page.keyboard.type("by keyboard");
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("radio", { name: "Read & write" })).toBeChecked();
  await page.keyboard.press("Tab");
  await page.keyboard.type("7");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("combobox", { name: "Expiration" })).toHaveText("7 days");
  await tabTo(page, "button", "Create key");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: "API key" })).toBeFocused();
  await tabTo(page, "button", "Done");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Create API key" })).toBeFocused();
  await tabTo(page, "button", "Actions for by keyboard");
  await page.keyboard.press("Enter");
  // A key that is pressed before the menu is there cancels it.
  await expect(page.getByRole("menu")).toBeVisible();
  await page.keyboard.press("End");
  await expect(page.getByRole("menuitem", { name: "Revoke" })).toBeFocused();
  await page.keyboard.press("Enter");
  await tabTo(page, "button", "Revoke key");
  await page.keyboard.press("Enter");
  await expect(page.getByText(/Rejected everywhere in/)).toBeVisible();
});

async function tabTo(page: Page, role: "button", name: string): Promise<void> {
  const goal = page.getByRole(role, { name, exact: true });
  await expect(goal).toBeVisible();
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press("Tab");
    if (await goal.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`Tab never reached ${name}.`);
}
