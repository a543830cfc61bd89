import { randomBytes } from "node:crypto";
import type { Page } from "@playwright/test";
import { callWithKey, expect, inDatabase, origin, password, test } from "./fixtures";

const member = (page: Page, text: string) =>
  page.getByRole("table", { name: "Members" }).getByRole("row").filter({ hasText: text });

async function choose(page: Page, name: string, option: RegExp): Promise<void> {
  await page.getByRole("combobox", { name }).click();
  await page.getByRole("option", { name: option }).click();
}

test("a member is invited, joins, is demoted, suspended and removed, and their key is transferred", async ({
  page,
  elsewhere: openElsewhere,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 404/);
  const email = `grace-${randomBytes(5).toString("hex")}@example.test`;
  await signIn();
  await page.goto(`/${workspace.slug}/settings/members`);
  await expect(page.getByText("No pending invitations.")).toBeVisible();
  await page.getByRole("button", { name: "Invite member" }).click();
  const dialog = page.getByRole("dialog", { name: "Invite member" });
  await dialog.getByLabel("Email").fill(email);
  await choose(page, "Role", /^Admin/);
  await dialog.getByRole("button", { name: "Send invitation" }).click();
  const link = await page.getByLabel("Invitation link").inputValue();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("table", { name: "Invitations" })).toContainText(email);

  // The owner is signed in to another account.
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "This invitation is for another account" })).toBeVisible();
  await expect(page.getByText(email)).toBeHidden();

  const elsewhere = await openElsewhere();
  await elsewhere.goto(link);
  await expect(elsewhere.getByRole("heading", { name: `Join ${workspace.name}` })).toBeVisible();
  await elsewhere.getByLabel("Name", { exact: true }).fill("Grace Hopper");
  await elsewhere.getByLabel("Password", { exact: true }).fill(password);
  await elsewhere.getByRole("button", { name: "Create account" }).click();
  await expect(elsewhere).toHaveURL(new RegExp(`^${origin}/${workspace.slug}/settings`));
  const created = await elsewhere.request.post(`${origin}/api/workspaces/${workspace.slug}/api-keys`, {
    data: { name: "nightly export", permissionLevel: "read_write" },
    headers: { origin },
  });
  const { secret } = (await created.json()) as { secret: string };
  await elsewhere.goto(link);
  await expect(elsewhere.getByRole("heading", { name: "This invitation no longer works" })).toBeVisible();
  await elsewhere.goto(`${origin}/${workspace.slug}/settings/members`);
  await expect(elsewhere.getByRole("button", { name: "Invite member" })).toBeVisible();
  // An admin can't manage an owner.
  await expect(elsewhere.getByRole("button", { name: `Actions for ${workspace.owner.name}` })).toBeHidden();

  await page.goto(`/${workspace.slug}/settings/members`);
  await page.getByRole("button", { name: "Actions for Grace Hopper" }).click();
  await page.getByRole("menuitem", { name: "Change role" }).click();
  await choose(page, "Role", /^Viewer/);
  await page.getByRole("button", { name: "Save role" }).click();
  await expect(member(page, email)).toContainText("Viewer");
  await elsewhere.reload();
  await expect(member(elsewhere, email)).toContainText("You");
  await expect(elsewhere.getByRole("button", { name: "Invite member" })).toBeHidden();

  await page.getByRole("button", { name: "Actions for Grace Hopper" }).click();
  await page.getByRole("menuitem", { name: "Suspend" }).click();
  await expect(member(page, email)).toContainText("Suspended");
  expect((await callWithKey(secret)).code).toBe("disabled_key");
  await page.getByRole("button", { name: "Actions for Grace Hopper" }).click();
  await page.getByRole("menuitem", { name: "Reinstate" }).click();
  await expect(member(page, email)).not.toContainText("Suspended");

  await page.getByRole("button", { name: "Actions for Grace Hopper" }).click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
  await choose(page, "What happens to nightly export", /^Transfer to Ada Lovelace/);
  await page.getByRole("button", { name: "Remove member" }).click();
  await expect(page.getByText("Grace Hopper was removed. 1 key transferred.")).toBeVisible();
  await expect(member(page, email)).toBeHidden();
  await expect(page.getByRole("button", { name: "Invite member" })).toBeFocused();
  expect((await callWithKey(secret)).status).toBe(200);
  await elsewhere.goto(`${origin}/${workspace.slug}/settings/members`);
  await expect(
    elsewhere.getByRole("heading", { name: "Page not found, or you don’t have access" }),
  ).toBeVisible();
  await elsewhere.goto(`${origin}/settings`);
  await elsewhere.getByRole("button", { name: "Create workspace" }).click();
  await elsewhere.getByLabel("Workspace name").fill(`Own ${workspace.slug}`);
  await elsewhere.getByRole("dialog").getByRole("button", { name: "Create workspace" }).click();
  await expect(elsewhere).toHaveURL(`${origin}/own-${workspace.slug}/settings/workspace`);
});

test("S43 the last owner must make another owner before leaving", async ({
  page,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 409/);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/members`);
  await page.getByRole("button", { name: `Actions for ${workspace.owner.name}` }).click();
  await page.getByRole("menuitem", { name: "Leave workspace" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Leave workspace" }).click();
  await expect(dialog.getByRole("alert")).toContainText("A workspace needs an owner");
});

test("resending an invitation invalidates its link, and withdrawing it does, too", async ({
  page,
  workspace,
  signIn,
}) => {
  const email = `grace-${randomBytes(5).toString("hex")}@example.test`;
  await workspace.console.post(`/api/workspaces/${workspace.slug}/invitations`, {
    data: { email, role: "viewer" },
  });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/members`);
  await page.getByRole("button", { name: `Actions for ${email}` }).click();
  await page.getByRole("menuitem", { name: "Resend" }).click();
  const link = await page.getByLabel("Invitation link").inputValue();
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("button", { name: `Actions for ${email}` }).click();
  await page.getByRole("menuitem", { name: "Withdraw" }).click();
  await expect(page.getByText("No pending invitations.")).toBeVisible();
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "This invitation no longer works" })).toBeVisible();
});

test("the account menu creates and switches workspaces", async ({ page, workspace, signIn }) => {
  await signIn();
  await page.goto(`/${workspace.slug}/settings/members`);
  await page.getByRole("button", { name: "Account menu" }).click();
  await page.getByRole("menuitem", { name: "Switch workspace" }).click();
  await page.getByRole("menuitem", { name: "Create workspace" }).click();
  await page.getByLabel("Workspace name").fill(`Second ${workspace.slug}`);
  await page.getByRole("dialog").getByRole("button", { name: "Create workspace" }).click();
  await expect(page).toHaveURL(`${origin}/second-${workspace.slug}/settings/workspace`);
  await page.getByRole("button", { name: "Account menu" }).click();
  await page.getByRole("menuitem", { name: "Switch workspace" }).click();
  await page.getByRole("menuitemradio", { name: new RegExp(workspace.name) }).click();
  await expect(page).toHaveURL(new RegExp(`^${origin}/${workspace.slug}/settings`));
});

test("a member without admin rights sees the members, and can leave", async ({ page, workspace, signIn }) => {
  await inDatabase(
    "INSERT INTO users (id, email, name, updated_at) VALUES ('usr_' || $1::text, $1 || '@example.test', 'The owner', now())",
    [workspace.slug],
  );
  await inDatabase(
    "INSERT INTO members (workspace_id, user_id, role) SELECT id, 'usr_' || slug, 'owner' FROM workspaces WHERE slug = $1",
    [workspace.slug],
  );
  await inDatabase(
    "UPDATE members SET role = 'member' WHERE user_id = (SELECT id FROM users WHERE email = $1)",
    [workspace.owner.email],
  );
  await signIn();
  await page.goto(`/${workspace.slug}/settings/members`);
  await expect(member(page, "The owner")).toContainText("Owner");
  await expect(page.getByRole("button", { name: /^Actions for/ })).toHaveCount(1);
  await expect(page.getByRole("table", { name: "Invitations" })).toBeHidden();
  await page.getByRole("button", { name: `Actions for ${workspace.owner.name}` }).click();
  await page.getByRole("menuitem", { name: "Leave workspace" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Leave workspace" }).click();
  await expect(page.getByRole("heading", { name: "You’re not in a workspace" })).toBeVisible();
});
