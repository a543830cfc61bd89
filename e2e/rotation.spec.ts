import { restBetweenCalls } from "../tests/wait-until";
import { callWithKey, expect, inDatabase, row, test } from "./fixtures";
import { expectNoViolations } from "./violations";

test("a key is rotated in the console while a program calls with it, and no request fails", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const { key, secret: oldSecret } = await apiKey({
    name: "night job",
    permissionLevel: "read_write",
    expiresInDays: null,
  });
  let secret = oldSecret;
  const statuses: number[] = [];
  let stopped = false;
  const program = (async () => {
    while (!stopped) {
      statuses.push((await callWithKey(secret)).status);
      await restBetweenCalls(200);
    }
  })();

  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await row(page, "night job").getByRole("button", { name: "Actions for night job" }).click();
  await page.getByRole("menuitem", { name: "Rotate" }).click();
  const dialog = page.getByRole("dialog", { name: "Rotate night job" });
  const overlap = dialog.getByRole("combobox", { name: "Keep the old key working for" });
  await expect(overlap).toHaveText("24 hours");
  await overlap.click();
  await page.getByRole("option", { name: "Until I finish" }).click();
  await expectNoViolations(page);
  await dialog.getByRole("button", { name: "Rotate key" }).click();
  const saved = page.getByRole("dialog", { name: "Save your API key" });
  const newSecret = await saved.getByRole("textbox", { name: "API key" }).inputValue();
  expect(newSecret).not.toBe(oldSecret);
  await saved.getByRole("button", { name: "Done" }).click();

  await page.goto(`/${workspace.slug}/settings/api/keys/${key.id}`);
  const rotation = page.getByRole("region", { name: "Rotation" });
  await expect(rotation.getByRole("heading", { name: "Rotation" })).toBeVisible();
  await expect(rotation).toContainText("The old key works until you finish the rotation.");
  await expect(rotation.getByRole("status")).toContainText("1 caller has not moved yet.");
  const oldCallers = rotation.getByRole("list", { name: "Callers of the old key" });
  await expect(oldCallers).toContainText("nightly-export");
  await expect(oldCallers).toContainText("GET /api/public");
  await expect(rotation.getByRole("slider")).toHaveCount(2);
  secret = newSecret;
  await expect(rotation.getByRole("list", { name: "Callers of the new key" })).toContainText(
    "nightly-export",
  );
  await expectNoViolations(page);

  // A minute passes without a request on the old key, then half an hour.
  const quietSince = (time: string) =>
    inDatabase(`UPDATE access_log.callers SET last_at = last_at - interval '${time}' WHERE key_id = $1`, [
      key.id,
    ]);
  await inDatabase("UPDATE api_keys SET rotated_at = rotated_at - interval '2 minutes' WHERE id = $1", [
    key.id,
  ]);
  await quietSince("1 minute");
  await expect(rotation.getByRole("status")).toContainText("Every caller has moved to the new key.");
  await expect(rotation).toContainText("1 caller has moved.");
  await quietSince("30 minutes");
  await inDatabase("UPDATE access_log.last_uses SET at = at - interval '31 minutes' WHERE key_id = $1", [
    key.id,
  ]);
  await inDatabase("UPDATE api_keys SET rotated_at = rotated_at - interval '31 minutes' WHERE id = $1", [
    key.id,
  ]);
  await page.reload();
  await expect(rotation.getByRole("status")).toContainText("It’s safe to finish");
  await rotation.getByRole("button", { name: "Finish now" }).click();
  const revoke = page.getByRole("dialog", { name: "Revoke night job?" });
  await revoke.getByLabel("Type the name to confirm").fill("night job");
  await revoke.getByRole("button", { name: "Revoke key" }).click();
  await expect(page.getByText("night job is revoked. Rejected everywhere")).toBeVisible();
  await expect(rotation).toBeHidden();
  expect(await callWithKey(oldSecret)).toEqual({ status: 401, code: "revoked_key" });
  stopped = true;
  await program;
  expect(statuses.length).toBeGreaterThan(5);
  expect(new Set(statuses)).toEqual(new Set([200]));
});

test("a rotation is extended, and canceled only knowingly once the new key was used", async ({
  page,
  workspace,
  signIn,
  apiKey,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 409/);
  const { key, secret: oldSecret } = await apiKey({ name: "importer" });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys/${key.id}`);
  await page.getByRole("button", { name: "Rotate", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Rotate importer" });
  await dialog.getByRole("button", { name: "Rotate key" }).click();
  const saved = page.getByRole("dialog", { name: "Save your API key" });
  const newSecret = await saved.getByRole("textbox", { name: "API key" }).inputValue();
  expect(await callWithKey(newSecret)).toMatchObject({ status: 200 });
  await expect(saved.getByText(/First request received/)).toBeVisible();
  await saved.getByRole("button", { name: "Done" }).click();

  const rotation = page.getByRole("region", { name: "Rotation" });
  await expect(rotation).toContainText("The old key stops working in 1 day");
  await rotation.getByRole("button", { name: "Extend" }).click();
  const extend = page.getByRole("dialog", { name: "Extend the overlap" });
  await extend.getByRole("combobox", { name: "Keep the old key working for" }).click();
  await page.getByRole("option", { name: "7 days" }).click();
  await extend.getByRole("button", { name: "Save" }).click();
  await expect(extend).toBeHidden();
  await expect(rotation).toContainText("The old key stops working in 7 days");

  await rotation.getByRole("button", { name: "Cancel rotation" }).click();
  const cancel = page.getByRole("dialog", { name: "Cancel the rotation of importer?" });
  await cancel.getByRole("button", { name: "Cancel the rotation" }).click();
  await expect(cancel).toContainText("was used");
  await cancel.getByRole("checkbox", { name: "Revoke the new key although it was used" }).check();
  await cancel.getByRole("button", { name: "Cancel the rotation" }).click();
  await expect(cancel).toBeHidden();
  await expect(rotation).toBeHidden();
  expect(await callWithKey(newSecret)).toEqual({ status: 401, code: "revoked_key" });
  expect(await callWithKey(oldSecret)).toMatchObject({ status: 200 });
});

test("a key that expires soon is rotated from the list, and an expired one from its denied request", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const { key: soon } = await apiKey({ name: "soon over" });
  const { key: expired, secret } = await apiKey({ name: "over" });
  await apiKey({ name: "long lived" });
  await inDatabase("UPDATE api_keys SET expires_at = now() + interval '2 days' WHERE id = $1", [soon.id]);
  await inDatabase("UPDATE api_keys SET expires_at = now() - interval '1 minute' WHERE id = $1", [
    expired.id,
  ]);
  await expect.poll(() => callWithKey(secret)).toEqual({ status: 401, code: "expired_key" });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await expect(row(page, "over").getByRole("button", { name: "Rotate over" })).toBeVisible();
  await expect(row(page, "long lived").getByText("Rotate")).toHaveCount(0);
  await row(page, "soon over").getByRole("button", { name: "Rotate soon over" }).click();
  const soonDialog = page.getByRole("dialog", { name: "Rotate soon over" });
  await expect(soonDialog.getByRole("combobox", { name: "Keep the old key working for" })).toBeVisible();
  await soonDialog.getByRole("button", { name: "Cancel" }).click();
  await expectNoViolations(page);

  await page.goto(`/${workspace.slug}/settings/api/access-logs?code=expired_key`);
  await page
    .getByRole("button", { name: /Details of denied/ })
    .first()
    .click();
  await page.getByRole("link", { name: "Rotate this key" }).click();
  const dialog = page.getByRole("dialog", { name: "Rotate over" });
  await expect(dialog).toContainText("The old key has expired and stays expired");
  await dialog.getByRole("button", { name: "Rotate key" }).click();
  const saved = page.getByRole("dialog", { name: "Save your API key" });
  const fresh = await saved.getByRole("textbox", { name: "API key" }).inputValue();
  expect([(await callWithKey(fresh)).status, await callWithKey(secret)]).toEqual([
    ...[200, { status: 401, code: "expired_key" }],
  ]);
  await saved.getByRole("button", { name: "Done" }).click();
  const usage = page.getByRole("list", { name: "Where this key is used" });
  await expect(usage).toContainText("nightly-export");
  await expect(usage).toContainText("GET /api/public");
  await expectNoViolations(page);
  await page.goto(`/${workspace.slug}/settings/api/access-logs?code=expired_key`);
  await page
    .getByRole("button", { name: /Details of denied/ })
    .first()
    .click();
  await expect(page.getByText("It was rotated: its program needs the new key.")).toBeVisible();
});

test("the new key's snippet is in the language of the program that used the old key", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const { key, secret } = await apiKey({ name: "crawler" });
  await callWithKey(secret, { "x-api-key": secret, "user-agent": "python-requests/2.32.3" });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys/${key.id}`);
  await expect(page.getByText("python-requests 2.32.3").first()).toBeVisible();
  await page.getByRole("button", { name: "Rotate", exact: true }).click();
  await page
    .getByRole("dialog", { name: "Rotate crawler" })
    .getByRole("button", { name: "Rotate key" })
    .click();
  const saved = page.getByRole("dialog", { name: "Save your API key" });
  await expect(saved.getByRole("tab", { name: "Python" })).toHaveAttribute("aria-selected", "true");
});
