import { randomBytes } from "node:crypto";
import { callWithKey, expect, inDatabase, origin, test } from "./fixtures";
import { expectNoViolations } from "./violations";

/** Adds a member who never signs in. */
async function addMember(slug: string, name: string, role: string): Promise<void> {
  const id = `usr_${randomBytes(8).toString("hex")}`;
  await inDatabase("INSERT INTO users (id, email, name, updated_at) VALUES ($1, $2, $3, now())", [
    id,
    `${id}@example.test`,
    name,
  ]);
  await inDatabase(
    'INSERT INTO members (workspace_id, user_id, role) SELECT id, $2, $3::"Role" FROM workspaces WHERE slug = $1',
    [slug, id, role],
  );
}

test("an account is deleted once its workspace has another owner, with a decision about each key", async ({
  page,
  workspace,
  signIn,
  apiKey,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 400/);
  const kept = await apiKey({ name: "nightly export" });
  const gone = await apiKey({ name: "old script" });
  await addMember(workspace.slug, "Grace Hopper", "member");
  const alone = await workspace.console.post("/api/workspaces", { data: { name: "Only mine" } });
  expect(alone.ok()).toBe(true);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/profile`);
  const dialog = page.getByRole("dialog", { name: "Delete your account?" });
  await page.getByRole("button", { name: "Delete account" }).click();
  await expect(dialog.getByRole("link", { name: `Members of ${workspace.name}` })).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Delete account" })).toBeHidden();
  await expectNoViolations(page);
  await dialog.getByRole("button", { name: "Close" }).last().click();

  await inDatabase(
    "UPDATE members SET role = 'owner' WHERE user_id IN (SELECT id FROM users WHERE name = 'Grace Hopper') AND workspace_id = (SELECT id FROM workspaces WHERE slug = $1)",
    [workspace.slug],
  );
  await page.getByRole("button", { name: "Delete account" }).click();
  await expect(dialog.getByText("This workspace will be deleted, too")).toBeVisible();
  await expect(dialog.getByText("Only mine")).toBeVisible();
  await dialog.getByRole("combobox", { name: "What happens to nightly export" }).click();
  await page.getByRole("option", { name: /^Transfer to Grace Hopper/ }).click();
  await expect(dialog.getByRole("button", { name: "Delete account" })).toBeDisabled();
  await dialog.getByRole("combobox", { name: "What happens to old script" }).click();
  await page.getByRole("option", { name: /^Revoke/ }).click();
  await expectNoViolations(page);
  await dialog.getByLabel("Type your email to confirm").fill("another@example.test");
  await dialog.getByRole("button", { name: "Delete account" }).click();
  await expect(dialog.getByText(`Type “${workspace.owner.email}” exactly.`)).toBeVisible();
  await expect(dialog.getByLabel("Type your email to confirm")).toBeFocused();
  await dialog.getByLabel("Type your email to confirm").fill(workspace.owner.email);
  await dialog.getByRole("button", { name: "Delete account" }).click();
  await expect(page).toHaveURL(`${origin}/sign-in?notice=account-deleted`);
  await expect(page.getByText("Your account was deleted.")).toBeVisible();
  await expectNoViolations(page);
  expect((await callWithKey(gone.secret)).code).toBe("revoked_key");
  expect((await callWithKey(kept.secret)).status).toBe(200);
  expect((await workspace.console.get("/api/account")).status()).toBe(401);
});

test("deleting a workspace requires typing its address, and leads to the next workspace or to creating one", async ({
  page,
  workspace,
  signIn,
  apiKey,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 400/);
  const { secret } = await apiKey();
  await addMember(workspace.slug, "Grace Hopper", "member");
  const next = `next-${workspace.slug}`;
  await workspace.console.post("/api/workspaces", { data: { name: next } });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/workspace`);
  await page.getByRole("button", { name: "Delete workspace" }).click();
  const dialog = page.getByRole("dialog", { name: `Delete ${workspace.name}?` });
  await expect(dialog.getByText("1 other person loses access; 1 API key stops working.")).toBeVisible();
  await expectNoViolations(page);
  await dialog.getByLabel("Type the address to confirm").fill("another");
  await dialog.getByRole("button", { name: "Delete workspace" }).click();
  await expect(dialog.getByText(`Type “${workspace.slug}” exactly.`)).toBeVisible();
  expect((await callWithKey(secret)).status).toBe(200);
  await dialog.getByLabel("Type the address to confirm").fill(workspace.slug);
  await dialog.getByRole("button", { name: "Delete workspace" }).click();
  await expect(page).toHaveURL(new RegExp(`^${origin}/${next}/settings`));
  expect((await callWithKey(secret)).code).toBe("invalid_key");

  await page.goto(`/${next}/settings/workspace`);
  await page.getByRole("button", { name: "Delete workspace" }).click();
  await page.getByLabel("Type the address to confirm").fill(next);
  await page.getByRole("dialog").getByRole("button", { name: "Delete workspace" }).click();
  await expect(page.getByRole("heading", { name: "You’re not in a workspace" })).toBeVisible();
});
