import type { Page } from "@playwright/test";
import { callWithKey, expect, test } from "./fixtures";
import { findViolations } from "./violations";

/** Creates keys with a key. */
async function makeWith(page: Page, secret: string, names: string[]): Promise<Record<string, string>> {
  const secrets: Record<string, string> = {};
  for (const name of names) {
    const made = await page.request.post("/auth/api-keys", {
      headers: { "x-api-key": secret },
      data: { name, permission_level: "read_only" },
    });
    expect(made.ok(), await made.text()).toBe(true);
    secrets[name] = (await made.json()).key;
  }
  return secrets;
}

const managing = { permissionLevel: "read_write", canManageKeys: true } as const;

test("a leaked key stays in a banner until an admin decided about the keys that it made", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const { secret } = await apiKey({ name: "deploy bot", ...managing });
  const made = await makeWith(page, secret, ["to keep", "to enable", "to revoke"]);
  await page.request.post("/credentials/revoke", { data: { credentials: [secret] } });
  await expect(async () => expect((await callWithKey(secret)).code).toBe("revoked_key")).toPass();

  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  const banner = page.getByRole("main").getByRole("alert");
  await expect(banner).toContainText("An API key leaked");
  await expect(banner).toContainText("3 keys that it made are disabled until an admin decides.");
  expect(await findViolations(page)).toEqual([]);
  await banner.getByRole("link", { name: "deploy bot" }).click();

  const leak = page.getByRole("region", { name: "This key leaked" });
  await expect(leak).toContainText("3 keys that it made are disabled.");
  await expect(banner).toHaveCount(0);
  const created = page.getByRole("table", { name: "Keys that this key made" });
  await expect(created.getByRole("link", { name: "to enable" })).toBeVisible();
  const all = leak.getByRole("combobox", { name: "Decision about all" });
  for (const decision of ["Revoke", "Keep disabled"]) {
    await all.click();
    await page.getByRole("option", { name: decision, exact: true }).click();
    for (const name of Object.keys(made))
      await expect(leak.getByRole("combobox", { name: `Decision about ${name}` })).toHaveText(decision);
  }
  for (const [name, decision] of [
    ["to enable", "Enable"],
    ["to revoke", "Revoke"],
  ]) {
    await leak.getByRole("combobox", { name: `Decision about ${name}` }).click();
    await page.getByRole("option", { name: decision, exact: true }).click();
  }
  await expect(all).toHaveText("Different");
  await page.setViewportSize({ width: 360, height: 800 });
  expect(await findViolations(page)).toEqual([]);
  await leak.getByRole("button", { name: "Mark as dealt with" }).click();
  await expect(page.getByText("The leak of deploy bot is dealt with.")).toBeVisible();
  await expect(leak).toHaveCount(0);
  expect(await callWithKey(made["to keep"] as string)).toMatchObject({ code: "disabled_key" });
  expect(await callWithKey(made["to enable"] as string)).toMatchObject({ status: 200 });
  expect(await callWithKey(made["to revoke"] as string)).toMatchObject({ code: "revoked_key" });

  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await expect(page.getByRole("button", { name: "Create API key" })).toBeVisible();
  await expect(banner).toHaveCount(0);
});

test("S33 a key is revoked without the keys that it made, unless asked for", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  await signIn();
  for (const [name, together] of [
    ["alone", false],
    ["together", true],
  ] as const) {
    const { secret, key } = await apiKey({ name, ...managing });
    const child = (await makeWith(page, secret, [`child of ${name}`]))[`child of ${name}`] as string;
    await page.goto(`/${workspace.slug}/settings/api/keys/${key.id}`);
    await page.getByRole("button", { name: "Revoke" }).click();
    const question = page.getByRole("dialog", { name: `Revoke ${name}?` });
    const also = question.getByRole("checkbox", { name: "Also revoke the key that it made" });
    await expect(also).not.toBeChecked();
    await expect(question).toContainText("Otherwise it keeps working as now.");
    if (together) await also.check();
    await question.getByLabel("Type the name to confirm").fill(name);
    await question.getByRole("button", { name: "Revoke key" }).click();
    await expect(page.getByText(/Rejected everywhere in/).last()).toBeVisible();
    expect(await callWithKey(secret)).toMatchObject({ code: "revoked_key" });
    expect((await callWithKey(child)).status).toBe(together ? 401 : 200);
  }
});
