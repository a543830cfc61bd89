import { beforeEach, describe, expect, test } from "vitest";
import type { CreatedApiKey } from "@/lib/contracts/api-keys";
import type { AuditEventPage } from "@/lib/contracts/audit-events";
import type { MemberView, Workspace } from "@/lib/contracts/workspaces";
import { db } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { cookieOf, makeStage, type Stage, type Visitor } from "@/tests/factories/console-people";
import { makeKey } from "@/tests/factories/factories";
import { callConsole } from "@/tests/processes/console-routes";
import { useKeyApi } from "@/tests/processes/key-api-server";

useRuntime();
const callKeyApi = useKeyApi();

let stage: Stage;
let serviceId: string;
beforeEach(async () => {
  stage = await makeStage();
  const made = await call("admin", "POST", "/members", { name: " Deploy bot ", role: "member" });
  serviceId = (made.json as { userId: string }).userId;
});

async function call(visitor: Visitor, method: string, path: string, body?: unknown) {
  const cookie = await cookieOf(stage, visitor);
  return callConsole(method, `/api/workspaces/${stage.workspace.slug}${path}`, { cookie, body });
}

async function makeItsKey(input: object = {}): Promise<CreatedApiKey> {
  const body = { name: "pipeline", permissionLevel: "read_write", ownerId: serviceId, ...input };
  return (await call("admin", "POST", "/api-keys", body)).json as CreatedApiKey;
}

async function useKey(secret: string, method = "GET", path = "/api/public/v1/me") {
  const answer = await callKeyApi(path, { method, headers: { "x-api-key": secret } });
  return (answer.json as { error?: { code: string } } | null)?.error?.code ?? answer.status;
}

async function listed(): Promise<MemberView | undefined> {
  const { members } = (await call("viewer", "GET", "/members")).json as { members: MemberView[] };
  return members.find(({ userId }) => userId === serviceId);
}

async function events() {
  return ((await call("owner", "GET", "/audit-events")).json as AuditEventPage).events;
}

describe("a service member", () => {
  test("is listed without an email, and can be renamed and get another role, each with an audit event", async () => {
    expect(await listed()).toMatchObject({ name: "Deploy bot", email: null, role: "member", activeKeys: 0 });
    const path = `/members/${serviceId}`;
    expect((await call("admin", "PUT", `${path}/name`, { name: "Release bot" })).status).toBe(200);
    expect((await call("admin", "PATCH", path, { role: "viewer" })).status).toBe(200);
    expect(await listed()).toMatchObject({ name: "Release bot", role: "viewer" });
    expect((await events()).map(({ action, target, details }) => [action, target.name, details])).toEqual(
      expect.arrayContaining([
        ["member.service_added", "Deploy bot", { role: "member" }],
        ["member.renamed", "Release bot", { name: { from: "Deploy bot", to: "Release bot" } }],
        ["member.role_changed", "Release bot", { role: { from: "member", to: "viewer" } }],
      ]),
    );
  });

  test("S43 can't be an owner or replace the last one", async () => {
    const asOwner = await call("owner", "POST", "/members", { name: "Root bot", role: "owner" });
    expect(asOwner.json).toMatchObject({ error: { fields: { role: "Choose admin, member or viewer." } } });
    expect((await call("owner", "PATCH", `/members/${serviceId}`, { role: "owner" })).status).toBe(409);
    await call("owner", "PATCH", `/members/${serviceId}`, { role: "admin" });
    const leave = await call("owner", "POST", `/members/${stage.users.owner.id}/remove`);
    expect(leave.status).toBe(409);
    const { admins } = (await call("viewer", "GET", "")).json as Workspace;
    expect(admins.map(({ name }) => name).sort()).toEqual(["Ada", "The admin"]);
  });

  test("is renamed by admins; people choose their own names", async () => {
    const path = `/members/${stage.users.viewer.id}/name`;
    expect((await call("owner", "PUT", path, { name: "Another name" })).status).toBe(409);
    expect(await db().user.findUnique({ where: { id: stage.users.viewer.id } })).toMatchObject({
      name: "The viewer",
    });
  });

  test("S18 is added only with a recent confirmation of identity", async () => {
    const cookie = await cookieOf(stage, "owner");
    await db()
      .$executeRaw`UPDATE sessions SET authenticated_at = now() - interval '1 hour' WHERE user_id = ${stage.users.owner.id}`;
    const answer = await callConsole("POST", `/api/workspaces/${stage.workspace.slug}/members`, {
      cookie,
      body: { name: "Late bot", role: "viewer" },
    });
    expect(answer.json).toMatchObject({ error: { code: "reauthentication_required" } });
  });

  test("doesn't need two-step verification", async () => {
    await db().workspace.update({ where: { id: stage.workspace.id }, data: { requireTwoStep: true } });
    const { secret } = await makeKey(stage.actors.admin);
    await db().apiKey.updateMany({ data: { ownerId: serviceId }, where: { ownerId: stage.users.admin.id } });
    expect(await useKey(secret)).toBe(200);
  });
});

describe("a key that a service member owns", () => {
  test("acts with its name and role, and shows its owner and creator", async () => {
    const { key, secret } = await makeItsKey();
    expect(key).toMatchObject({
      owner: { userId: serviceId, name: "Deploy bot", role: "member" },
      createdBy: { type: "user", id: stage.users.admin.id, name: "The admin" },
    });
    const me = await callKeyApi("/api/public/v1/me", { headers: { "x-api-key": secret } });
    expect(me.json).toMatchObject({ user: { id: serviceId, role: "member" } });
    const [made] = (await events()).filter(({ action }) => action === "api_key.created");
    expect(made).toMatchObject({ actor: { name: "The admin" }, details: { owner: "Deploy bot" } });
    expect((await call("member", "GET", `/api-keys/${key.id}`)).status).toBe(404);
  });

  test("S41 sees and manages only the service member's keys over HTTP", async () => {
    await call("owner", "PATCH", `/members/${serviceId}`, { role: "admin" });
    const { secret } = await makeItsKey({ canManageKeys: true });
    await makeKey(stage.actors.member);
    const made = await callKeyApi("/auth/api-keys", {
      method: "POST",
      headers: { "x-api-key": secret, "content-type": "application/json" },
      body: JSON.stringify({ name: "child", permission_level: "read_only" }),
    });
    expect(made.json).toMatchObject({ owner: { user_id: serviceId, name: "Deploy bot" } });
    await call("owner", "PATCH", `/members/${serviceId}`, { role: "member" });
    expect(await useKey(secret, "GET", "/auth/api-keys")).toBe("insufficient_permissions");
  });

  test("S32 can't exceed the service member's role, and the error names the field", async () => {
    expect(await makeItsKey({ canManageKeys: true })).toMatchObject({
      error: { fields: { canManageKeys: expect.stringContaining("Deploy bot is a member") } },
    });
    await call("owner", "PATCH", `/members/${serviceId}`, { role: "viewer" });
    expect(await makeItsKey()).toMatchObject({
      error: { fields: { permissionLevel: "Deploy bot is a viewer, so its keys are read-only." } },
    });
    expect((await makeItsKey({ permissionLevel: "read_only" })).key.permissionLevel).toBe("read_only");
  });

  test("S42 can't be created for a person, another workspace's or a suspended service member, or an unknown id", async () => {
    await call("owner", "PUT", `/members/${serviceId}/suspension`, { suspended: true });
    const { json } = await callConsole("POST", `/api/workspaces/${await strangersSlug()}/members`, {
      cookie: await cookieOf(stage, "stranger"),
      body: { name: "Foreign bot", role: "member" },
    });
    const foreignId = (json as { userId: string }).userId;
    const answers = await Promise.all(
      [serviceId, foreignId, stage.users.member.id, "usr_unknown", ""].map((ownerId) =>
        makeItsKey({ ownerId }),
      ),
    );
    for (const answer of answers)
      expect(answer).toMatchObject({
        error: { fields: { ownerId: "Choose yourself or a service member that isn't suspended." } },
      });
  });

  test("S44 answers disabled_key while the service member is suspended, and is revoked when it is removed", async () => {
    const { secret } = await makeItsKey();
    expect(await useKey(secret)).toBe(200);
    await call("admin", "PUT", `/members/${serviceId}/suspension`, { suspended: true });
    expect(await useKey(secret)).toBe("disabled_key");
    await call("admin", "PUT", `/members/${serviceId}/suspension`, { suspended: false });
    expect(await useKey(secret)).toBe(200);
    const removed = await call("admin", "POST", `/members/${serviceId}/remove`, { otherKeys: "revoke" });
    expect(removed.json).toMatchObject({ revoked: 1, transferred: 0 });
    expect(await useKey(secret)).toBe("revoked_key");
    expect(await listed()).toBeUndefined();
    expect((await call("admin", "GET", "/members")).status).toBe(200);
  });

  test("S44 can come from a leaving member, and go back to a person when the service member is removed", async () => {
    const { key, secret } = await makeKey(stage.actors.member);
    await call("admin", "POST", `/members/${stage.users.member.id}/remove`, {
      transfers: [{ keyId: key.id, userId: serviceId }],
    });
    expect(await useKey(secret)).toBe(200);
    const waiting = { email: "waits@example.test", role: "viewer" };
    await call("admin", "POST", "/invitations", waiting);
    await call("admin", "POST", `/members/${serviceId}/remove`, {
      transfers: [{ keyId: key.id, userId: stage.users.admin.id }],
    });
    expect(await useKey(secret)).toBe(200);
    const { invitations } = (await call("admin", "GET", "/invitations")).json as { invitations: unknown[] };
    expect(invitations, "removing a member without an address keeps the invitations of others").toHaveLength(
      1,
    );
    const moved = (await events()).filter(({ action }) => action === "api_key.transferred");
    expect(moved.map(({ details }) => details)).toEqual([
      { owner: { from: "Deploy bot", to: "The admin" } },
      { owner: { from: "The member", to: "Deploy bot" }, roleCeiling: { from: null, to: "member" } },
    ]);
  });
});

async function strangersSlug(): Promise<string> {
  const { id } = stage.users.stranger;
  const { workspace } = await db().member.findFirstOrThrow({
    where: { userId: id },
    include: { workspace: true },
  });
  return workspace.slug;
}
