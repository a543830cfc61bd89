import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { callWithKey, expect, origin, row, test } from "./fixtures";
import { keptInBrowser } from "./kept-in-browser";
import { expectNoViolations } from "./violations";

async function createKey(page: Page, slug: string, allowed = ""): Promise<string> {
  await page.goto(`/${slug}/settings/api/keys`);
  await page.getByRole("button", { name: "Create API key" }).click();
  const dialog = page.getByRole("dialog", { name: "Create API key" });
  await dialog.getByLabel("Name", { exact: true }).fill("canary");
  if (allowed) {
    await dialog.getByText("Advanced").click();
    await dialog.getByLabel("Allowed addresses").fill(allowed);
  }
  await page.getByRole("button", { name: "Create key" }).click();
  return page.getByRole("textbox", { name: "API key" }).inputValue();
}

test("S27 the secret is only in one response and one dialog, and gone when that closes", async ({
  page,
  workspace,
  signIn,
}) => {
  await signIn();
  const requests: { url: string; body: string; headers: string; answer: Promise<string> }[] = [];
  page.on("response", (response) => {
    const request = response.request();
    const answer = response.text().catch(() => "");
    requests.push({
      url: request.url(),
      body: request.postData() ?? "",
      headers: JSON.stringify(request.headers()),
      answer,
    });
  });
  const secret = await createKey(page, workspace.slug);
  const canary = secret.slice(10, -4);
  await expect(page.getByText("Waiting for the first request…")).toBeVisible();
  expect(
    await keptInBrowser(page),
    "no storage, history or query cache has it while it's shown",
  ).not.toContain(canary);
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  expect(await page.content()).not.toContain(canary);
  expect(await keptInBrowser(page)).not.toContain(canary);
  await row(page, "canary").getByRole("link", { name: "canary" }).click();
  await expect(page.getByRole("heading", { name: "canary", level: 1 })).toBeVisible();
  await page.reload();
  expect(await page.content()).not.toContain(canary);

  const answers = await Promise.all(
    requests.map(async ({ answer, url }) => ((await answer).includes(canary) ? url : null)),
  );
  expect(answers.filter(Boolean)).toEqual([`${origin}/api/workspaces/${workspace.slug}/api-keys`]);
  for (const { url, body, headers } of requests) expect(url + body + headers).not.toContain(canary);
});

test("a refused first request is told with its remedy, and the dialog goes on waiting", async ({
  page,
  workspace,
  signIn,
}) => {
  await signIn();
  const secret = await createKey(page, workspace.slug, "203.0.113.0/24");
  const dialog = page.getByRole("dialog", { name: "Save your API key" });
  expect(await callWithKey(secret)).toEqual({ status: 403, code: "ip_not_allowed" });
  await expect(dialog.getByText("Refused: 127.0.0.1 is not on the allowlist.")).toBeVisible();
  await expect(dialog.getByText("Waiting for the first request…")).toBeVisible();
  await expectNoViolations(page);
  await dialog.getByRole("button", { name: "Add it" }).click();
  await expect(dialog.getByText("127.0.0.1 is on the allowlist now.")).toBeVisible();
  expect(await callWithKey(secret)).toMatchObject({ status: 200 });
  await expect(dialog.getByText(/First request received from 127.0.0.1/)).toBeVisible();
  await expect(dialog.getByText("is on the allowlist now")).toBeHidden();
});

test("another reason for a refusal is told in words", async ({ page, workspace, signIn }) => {
  await signIn();
  const secret = await createKey(page, workspace.slug);
  const dialog = page.getByRole("dialog", { name: "Save your API key" });
  const write = await fetch(`${origin}/api/forward-auth`, {
    headers: { "x-api-key": secret, "x-forwarded-method": "POST", "x-forwarded-uri": "/files" },
  });
  expect(write.status).toBe(403);
  await expect(dialog.getByText(/Refused: insufficient_permissions\. A read-only key called/)).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Add it" })).toBeHidden();
});

test("the next key's snippet has the language and header that were chosen last", async ({
  page,
  workspace,
  signIn,
}) => {
  await signIn();
  await createKey(page, workspace.slug);
  const dialog = page.getByRole("dialog", { name: "Save your API key" });
  await dialog.getByRole("tab", { name: "Python" }).click();
  await dialog.getByRole("combobox", { name: "Header" }).click();
  await page.getByRole("option", { name: "Authorization: Bearer" }).click();
  await expect(dialog.getByRole("tabpanel", { name: "Python" })).toContainText('f"Bearer {key}"');
  await dialog.getByRole("button", { name: "Done" }).click();
  await createKey(page, workspace.slug);
  await expect(dialog.getByRole("tab", { name: "Python" })).toHaveAttribute("aria-selected", "true");
  await expect(dialog.getByRole("tabpanel", { name: "Python" })).toContainText('f"Bearer {key}"');
});

test("only Done closes the secret dialog, and leaving the page warns", async ({
  page,
  workspace,
  signIn,
}) => {
  await signIn();
  const secret = await createKey(page, workspace.slug);
  const dialog = page.getByRole("dialog", { name: "Save your API key" });
  await expect(dialog.getByRole("textbox", { name: "API key" })).toBeFocused();
  await page.keyboard.press("Escape");
  await page.mouse.click(5, 5);
  await page.goBack();
  await expect(dialog).toBeVisible();
  await expect(dialog).toContainText("Save the key first");

  for (const language of ["curl", "Python", "JavaScript"]) {
    await dialog.getByRole("tab", { name: language }).click();
    await expect(dialog.getByRole("tabpanel", { name: language })).toContainText(secret);
  }
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    dialog.getByRole("button", { name: "Download .env" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("canary.env");
  expect(await readFile(await download.path(), "utf8")).toBe(`# canary\nKEYWARD_API_KEY=${secret}\n`);

  const asked = page.waitForEvent("dialog");
  // Never completes, because the warning is dismissed.
  void page.reload().catch(() => {});
  const warning = await asked;
  expect(warning.type()).toBe("beforeunload");
  await warning.dismiss();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("button", { name: "Create API key" })).toBeFocused();
});
