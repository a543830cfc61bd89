import { randomBytes } from "node:crypto";
import { alert, expect, forgetCookies, inDatabase, password, test } from "./fixtures";
import { expectNoViolations } from "./violations";

test("a verified domain can require single sign-on, which a password then doesn't replace", async ({
  page,
  browser,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/status of (400|409)/);
  const domain = `${randomBytes(5).toString("hex")}.invalid`;
  await signIn();
  await page.goto(`/${workspace.slug}/settings/workspace`);
  const section = page.getByRole("region", { name: "Single sign-on" });
  await section.getByLabel("Domain", { exact: true }).fill("https://acme.test");
  await section.getByRole("button", { name: "Add domain" }).click();
  await expect(section.getByLabel("Domain", { exact: true })).toHaveAccessibleDescription(
    /such as example.com/,
  );
  await expect(section.getByLabel("Domain", { exact: true })).toBeFocused();
  await section.getByLabel("Domain", { exact: true }).fill(domain);
  await section.getByRole("button", { name: "Add domain" }).click();
  await expect(section.getByLabel("Record name")).toHaveValue(`_keyward.${domain}`);
  await expect(section.getByLabel("Record value")).toHaveValue(/^keyward-domain-verification=/);
  await section.getByRole("button", { name: "Verify" }).click();
  await expect(alert(page)).toContainText(`There is no TXT record at _keyward.${domain} yet.`);
  await expectNoViolations(page);
  await page.setViewportSize({ width: 360, height: 800 });
  const sideways = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
  expect(await page.evaluate(sideways), "scrolls sideways at 360 px").toBe(0);
  await page.setViewportSize({ width: 1280, height: 800 });

  await inDatabase("UPDATE workspace_domains SET proven_domain = domain WHERE domain = $1", [domain]);
  await page.reload();
  await section.getByRole("combobox", { name: "Default role" }).click();
  await page.getByRole("option", { name: "Viewer" }).click();
  const required = section.getByRole("switch", { name: "Require single sign-on" });
  await required.click();
  await expect(required).toBeChecked();
  await expect(section.getByText(/must sign in with Acme ID to join or open this workspace/)).toBeVisible();
  await expectNoViolations(page);

  const email = `grace@${domain}`;
  const context = await browser.newContext();
  const joiner = await context.newPage();
  await joiner.goto(`${new URL(page.url()).origin}/sign-in`);
  await joiner.getByRole("button", { name: "Continue with Acme ID" }).click();
  await joiner.getByLabel("User name").fill(email);
  await joiner.getByRole("button", { name: "Continue" }).click();
  await expect(joiner).toHaveURL(new RegExp(`/${workspace.slug}/settings`));
  await joiner.goto(`${new URL(page.url()).origin}/${workspace.slug}/settings/security`);
  await joiner.getByLabel("New password").fill(password);
  await joiner.getByRole("button", { name: "Set a password" }).click();
  await expect(joiner.getByRole("button", { name: "Change password" })).toBeVisible();

  // With their password, the workspace stays closed until the provider confirms their identity.
  await forgetCookies(joiner, { name: "keyward.session" });
  await joiner.goto(`${new URL(page.url()).origin}/${workspace.slug}/settings/profile`);
  await joiner.getByLabel("Email").fill(email);
  await joiner.getByLabel("Password", { exact: true }).fill(password);
  await joiner.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(joiner).toHaveURL(/\/settings\/security$/);
  await expect(joiner.getByText(`${workspace.name} requires single sign-on`)).toBeVisible();
  await expectNoViolations(joiner);
  await joiner.getByRole("button", { name: "Continue with Acme ID" }).click();
  await joiner.getByLabel("User name").fill(email);
  await joiner.getByRole("button", { name: "Continue" }).click();
  await expect(joiner.getByText("Acme ID confirmed it’s you.")).toBeVisible();
  await expect(joiner.getByText(`${workspace.name} requires single sign-on`)).toHaveCount(0);
  await joiner.goto(`${new URL(page.url()).origin}/${workspace.slug}/settings/members`);
  await expect(joiner.getByRole("heading", { name: "Members" })).toBeVisible();
  await context.close();
});
