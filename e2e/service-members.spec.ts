import type { APIResponse, Page } from "@playwright/test";
import { callWithKey, expect, row, type TestWorkspace, test } from "./fixtures";

test("a service member is added, owns a key, is suspended, renamed and removed", async ({
  page,
  workspace,
  signIn,
}) => {
  await signIn();
  await page.goto(`/${workspace.slug}/settings/members`);
  const members = page.getByRole("table", { name: "Members" });
  const act = async (name: string, item: string) => {
    await page.getByRole("button", { name: `Actions for ${name}` }).click();
    await page.getByRole("menuitem", { name: item }).click();
  };
  await page.getByRole("button", { name: "Add service member" }).click();
  const adding = page.getByRole("dialog", { name: "Add service member" });
  await adding.getByRole("button", { name: "Add service member" }).click();
  await expect(adding.getByLabel("Name", { exact: true })).toBeFocused();
  await expect(adding.getByLabel("Name", { exact: true })).toHaveAccessibleDescription(/Enter a name/);
  await adding.getByLabel("Name", { exact: true }).fill("Deploy bot");
  await adding.getByRole("combobox", { name: "Role" }).click();
  await expect(page.getByRole("option", { name: /^Owner/ })).toHaveCount(0);
  await page.getByRole("option", { name: /^Viewer/ }).click();
  await adding.getByRole("button", { name: "Add service member" }).click();
  const bot = members.getByRole("row").filter({ hasText: "Deploy bot" });
  await expect(bot).toContainText("Service");
  await expect(bot).toContainText("Viewer");

  await page.getByRole("link", { name: "API keys", exact: true }).click();
  await expect(page.getByRole("heading", { name: "API keys", level: 1 })).toBeVisible();
  await page.getByRole("button", { name: "Create API key" }).first().click();
  const creating = page.getByRole("dialog", { name: "Create API key" });
  await creating.getByLabel("Name", { exact: true }).fill("pipeline");
  await creating.getByRole("radio", { name: "Read & write" }).check();
  await expect(creating.getByRole("combobox", { name: "Owner" })).toHaveText("You");
  await creating.getByRole("combobox", { name: "Owner" }).click();
  await expect(page.getByRole("option")).toHaveCount(2);
  await page.getByRole("option", { name: /^Deploy bot/ }).click();
  await expect(creating.getByText("The key will be read-only because Deploy bot is a viewer.")).toBeVisible();
  await creating.getByRole("button", { name: "Create key" }).click();
  const secret = await page.getByRole("textbox", { name: "API key" }).inputValue();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(row(page, "pipeline")).toContainText("Deploy bot");
  await expect(row(page, "pipeline")).toContainText("Read-only");
  expect((await callWithKey(secret)).status).toBe(200);

  await page.goto(`/${workspace.slug}/settings/members`);
  await act("Deploy bot", "Suspend");
  await expect(bot).toContainText("Suspended");
  expect((await callWithKey(secret)).code).toBe("disabled_key");
  await act("Deploy bot", "Reinstate");
  await expect(bot).not.toContainText("Suspended");
  await act("Deploy bot", "Rename");
  await page.getByRole("dialog").getByLabel("Name", { exact: true }).fill("Release bot");
  await page.getByRole("button", { name: "Save name" }).click();
  await expect(members.getByRole("row").filter({ hasText: "Release bot" })).toContainText("Viewer");

  await act("Release bot", "Remove");
  const removing = page.getByRole("dialog", { name: "Remove Release bot?" });
  // Nothing is preselected, and removing requires a choice.
  await expect(removing.getByText(/^Last used/)).toBeVisible();
  await expect(removing.getByRole("button", { name: "Remove member" })).toBeDisabled();
  await removing.getByRole("combobox", { name: "What happens to pipeline" }).click();
  await page.getByRole("option", { name: /^Revoke/ }).click();
  await removing.getByRole("button", { name: "Remove member" }).click();
  await expect(page.getByText(/Release bot was removed\. 1 key revoked\./)).toBeVisible();
  expect((await callWithKey(secret)).code).toBe("revoked_key");
});

test("a removed member's key is transferred to a service member and keeps working", async ({
  page,
  workspace,
  elsewhere: openElsewhere,
  signIn,
}) => {
  const path = `/api/workspaces/${workspace.slug}`;
  await workspace.console.post(`${path}/members`, { data: { name: "Deploy bot", role: "member" } });
  const { secret } = await keyOf(await joinAsGrace(workspace, await openElsewhere(), "member"), workspace, {
    name: "nightly export",
    permissionLevel: "read_write",
  });

  await signIn();
  await page.goto(`/${workspace.slug}/settings/members`);
  await page.getByRole("button", { name: "Actions for Grace Hopper" }).click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
  await page.getByRole("combobox", { name: "What happens to nightly export" }).click();
  await page.getByRole("option", { name: /^Transfer to Deploy bot/ }).click();
  await page.getByRole("button", { name: "Remove member" }).click();
  await expect(page.getByText("Grace Hopper was removed. 1 key transferred.")).toBeVisible();
  expect((await callWithKey(secret)).status).toBe(200);
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await expect(row(page, "nightly export")).toContainText("Deploy bot");
});

test("suspending or demoting an admin asks about key-managing keys that the admin created for others", async ({
  page,
  workspace,
  elsewhere: openElsewhere,
  signIn,
  expectedErrors,
}) => {
  // The response that lists the keys.
  expectedErrors.push(/status of 409/);
  const added = await workspace.console.post(`/api/workspaces/${workspace.slug}/members`, {
    data: { name: "Deploy bot", role: "admin" },
  });
  const { userId: ownerId } = (await added.json()) as { userId: string };
  const grace = await joinAsGrace(workspace, await openElsewhere(), "admin");
  const input = { name: "deploy pipeline", permissionLevel: "read_write", canManageKeys: true, ownerId };
  const { secret } = await keyOf(grace, workspace, input);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/members`);
  const act = async (choice: string) => {
    await page.getByRole("button", { name: "Actions for Grace Hopper" }).click();
    await page.getByRole("menuitem", { name: choice }).click();
  };
  const decide = async (choice: RegExp) => {
    await page.getByRole("combobox", { name: "What happens to deploy pipeline" }).click();
    await page.getByRole("option", { name: choice }).click();
  };
  const member = page.getByRole("row").filter({ hasText: "Grace Hopper" });

  await act("Suspend");
  const suspending = page.getByRole("dialog", { name: "Suspend Grace Hopper?" });
  await expect(suspending.getByText("Owned by Deploy bot.")).toBeVisible();
  await expect(suspending.getByRole("button", { name: "Suspend" })).toBeDisabled();
  await decide(/^Keep/);
  await suspending.getByRole("button", { name: "Suspend" }).click();
  await expect(member).toContainText("Suspended");
  expect((await callWithKey(secret)).status).toBe(200);
  await act("Reinstate");
  await expect(member).not.toContainText("Suspended");

  await act("Change role");
  const changing = page.getByRole("dialog", { name: "Change role of Grace Hopper" });
  await changing.getByRole("combobox", { name: "Role" }).click();
  await page.getByRole("option", { name: /^Member/ }).click();
  await expect(changing.getByRole("button", { name: "Save role" })).toBeDisabled();
  await decide(/^Revoke/);
  await changing.getByRole("button", { name: "Save role" }).click();
  await expect(page.getByText("Grace Hopper is now a member. 1 key revoked.")).toBeVisible();
  expect((await callWithKey(secret)).code).toBe("revoked_key");
});

async function joinAsGrace(
  workspace: TestWorkspace,
  grace: Page,
  role: string,
): Promise<(path: string, data: object) => Promise<APIResponse>> {
  const email = `grace-${workspace.slug}@example.test`;
  const invited = await workspace.console.post(`/api/workspaces/${workspace.slug}/invitations`, {
    data: { email, role },
  });
  const { link } = (await invited.json()) as { link: string };
  const headers = { origin: new URL(link).origin };
  const post = (path: string, data: object) => grace.request.post(path, { data, headers });
  await post("/api/invitations/new-account", {
    token: link.split("/").at(-1),
    name: "Grace Hopper",
    password: "correct horse battery staple",
  });
  return post;
}

async function keyOf(
  post: (path: string, data: object) => Promise<APIResponse>,
  { slug }: TestWorkspace,
  input: object,
): Promise<{ secret: string }> {
  const made = await post(`/api/workspaces/${slug}/api-keys`, input);
  return (await made.json()) as { secret: string };
}
