import type { BrowserContext, Locator, Page } from "@playwright/test";
import { expect, origin, password, type TestWorkspace } from "./fixtures";

/** The dialog with which a page asks to sign in after its session has ended. */
export function signInDialog(page: Page): Locator {
  return page.getByRole("dialog", { name: "Sign in to continue" });
}

/** Sends the password in a form or dialog that already has the email. */
export async function sendPassword(form: Page | Locator): Promise<void> {
  await form.getByLabel("Password", { exact: true }).fill(password);
  await form.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** Sends an email and the password. */
export async function sendCredentials(form: Page | Locator, email: string): Promise<void> {
  await form.getByLabel("Email").fill(email);
  await sendPassword(form);
}

/** Signs in in the dialog of a page whose session has ended. */
export async function signInAgain(dialog: Locator): Promise<void> {
  await sendPassword(dialog);
  await expect(dialog).toBeHidden();
}

/** Signs up another person, who has a workspace of the name Other. */
export async function signUpAnother(
  other: Page,
  workspace: TestWorkspace,
): Promise<{ email: string; slug: string }> {
  const email = `other-${workspace.slug}@example.test`;
  const made = await other.request.post(`${origin}/api/sign-up`, {
    data: { name: "Grace Hopper", email, password, workspaceName: "Other" },
    headers: { origin },
  });
  return { email, slug: (await made.json()).workspaceSlug };
}

/** Creates a key in the console. Returns the dialog that shows its secret, still open. */
export async function createKey(page: Page, slug: string): Promise<{ dialog: Locator; secret: string }> {
  await page.goto(`/${slug}/settings/api/keys`);
  await page.getByRole("button", { name: "Create API key" }).first().click();
  await page.getByRole("dialog", { name: "Create API key" }).getByLabel("Name", { exact: true }).fill("blog");
  await page.getByRole("button", { name: "Create key" }).click();
  const dialog = page.getByRole("dialog", { name: "Save your API key" });
  return { dialog, secret: await dialog.getByLabel("API key", { exact: true }).inputValue() };
}

/** Returns the window that a button opens. */
export async function openWindow(context: BrowserContext, button: Locator): Promise<Page> {
  const opened = context.waitForEvent("page");
  await button.click();
  return opened;
}

/** Records the questions of the browser, such as whether to leave the page, and dismisses them. */
export function watchPrompts(page: Page): string[] {
  const prompts: string[] = [];
  page.on("dialog", (prompt) => {
    prompts.push(prompt.type());
    void prompt.dismiss();
  });
  return prompts;
}
