import { callWithKey, expect, test } from "./fixtures";
import { expectNoViolations } from "./violations";

test("disabling a key in use shows its callers first, and each leads to its entries in the access log", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const { key, secret } = await apiKey();
  await callWithKey(secret, { "x-api-key": secret, "user-agent": "nightly-export/1.4" });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys/${key.id}`);
  await page.getByRole("button", { name: "Disable" }).click();
  const question = page.getByRole("dialog", { name: "Disable blog ingest?" });
  await expect(question).toContainText(
    "1 caller used this key in the last hour. It will get 401 disabled_key",
  );
  await expect(question.getByRole("list", { name: "Recent callers" })).toContainText("1 allowed");
  await expectNoViolations(page);
  await question.getByRole("button", { name: "Cancel" }).click();
  expect((await callWithKey(secret)).status).toBe(200);
  await page.getByRole("button", { name: "Disable" }).click();
  await question.getByRole("button", { name: "Disable key" }).click();
  await expect(page.getByRole("button", { name: "Enable" })).toBeVisible();
  expect((await callWithKey(secret)).code).toBe("disabled_key");

  const callers = page.getByRole("list", { name: "Where this key is used" });
  await callers.getByRole("link", { name: /nightly-export/ }).click();
  await expect(page).toHaveURL(/access-logs\?key=key_.*&ip=.*&client=nightly-export&range=7d$/);
});

test("the owner of a key asks for mail about its new callers", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const { key } = await apiKey();
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys/${key.id}`);
  await page.getByRole("button", { name: "Edit" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit blog ingest" });
  await dialog.getByRole("checkbox", { name: "Email the owner about new callers" }).check();
  await dialog.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("Emailed to the owner")).toBeVisible();
});
