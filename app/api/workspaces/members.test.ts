import { beforeEach, describe, expect, test } from "vitest";
import type { AuditEventPage } from "@/lib/contracts/audit-events";
import type { RemovedMember } from "@/lib/contracts/members";
import type { Role } from "@/lib/contracts/permissions";
import { db } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { cookieOf, makeStage, type Stage, type Visitor } from "@/tests/factories/console-people";
import { makeKey, makeMember } from "@/tests/factories/factories";
import { callConsole } from "@/tests/processes/console-routes";
import { useKeyApi } from "@/tests/processes/key-api-server";

useRuntime();
const callKeyApi = useKeyApi();

let stage: Stage;
beforeEach(async () => {
  stage = await makeStage();
});

async function call(visitor: Visitor, method: string, path: string, body?: unknown) {
  const cookie = await cookieOf(stage, visitor);
  return callConsole(method, `/api/workspaces/${stage.workspace.slug}${path}`, { cookie, body });
}

const person = (role: Role) => `/members/${stage.users[role].id}`;

async function useKey(secret: string, method = "GET", path = "/api/public/v1/me") {
  const answer = await callKeyApi(path, { method, headers: { "x-api-key": secret } });
  return (answer.json as { error?: { code: string } } | null)?.error?.code ?? answer.status;
}

async function roleOf(role: Role): Promise<Role | null> {
  const where = { workspaceId_userId: { workspaceId: stage.workspace.id, userId: stage.users[role].id } };
  return (await db().member.findUnique({ where }))?.role ?? null;
}

async function actions(): Promise<string[]> {
  const { events } = (await call("owner", "GET", "/audit-events")).json as AuditEventPage;
  return events.map(({ action, target }) => `${action} ${target.name}`);
}

describe("a role", () => {
  test("is changed by admins; only owners can change owners or make someone an owner", async () => {
    const give = async (by: Role, to: Role, role: Role) =>
      (await call(by, "PATCH", person(to), { role })).status;
    expect(await give("admin", "viewer", "member")).toBe(200);
    expect(await roleOf("viewer")).toBe("member");
    expect(await give("admin", "viewer", "owner")).toBe(403);
    expect(await give("admin", "owner", "admin")).toBe(403);
    expect(await give("admin", "admin", "owner")).toBe(403);
    expect(await give("member", "member", "admin")).toBe(403);
    expect(await give("owner", "viewer", "owner")).toBe(200);
    expect(await roleOf("viewer")).toBe("owner");
    expect(await actions()).toContain("member.role_changed The viewer");
  });

  test("that is lowered limits the member's keys immediately, and raising it restores them", async () => {
    const { secret } = await makeKey(stage.actors.admin, { canManageKeys: true });
    expect(await useKey(secret, "GET", "/auth/api-keys")).toBe(200);
    await call("owner", "PATCH", person("admin"), { role: "member" });
    expect(await useKey(secret, "GET", "/auth/api-keys")).toBe("insufficient_permissions");
    const rights = async () =>
      (await callKeyApi("/api/public/v1/me", { headers: { "x-api-key": secret } })).body;
    expect(await rights()).toContain('"read_write"');
    await call("owner", "PATCH", person("admin"), { role: "viewer" });
    expect(await rights()).not.toContain('"read_write"');
    await call("owner", "PATCH", person("admin"), { role: "admin" });
    expect(await useKey(secret, "GET", "/auth/api-keys")).toBe(200);
  });

  test("S18 requires a recent confirmation of identity to change", async () => {
    const cookie = await cookieOf(stage, "owner");
    await call("owner", "POST", "/invitations", { email: "waits@example.test", role: "viewer" });
    const { id } = await db().invitation.findFirstOrThrow({ where: { workspaceId: stage.workspace.id } });
    await db()
      .$executeRaw`UPDATE sessions SET authenticated_at = now() - interval '1 hour' WHERE user_id = ${stage.users.owner.id}`;
    for (const [method, path, body] of [
      ["PATCH", person("viewer"), { role: "member" }],
      ["POST", `${person("viewer")}/remove`, {}],
      ["PUT", `${person("viewer")}/suspension`, { suspended: true }],
      ["POST", "/invitations", { email: "new@example.test", role: "viewer" }],
      ["POST", `/invitations/${id}/resend`, {}],
    ] as const) {
      const answer = await callConsole(method, `/api/workspaces/${stage.workspace.slug}${path}`, {
        cookie,
        body,
      });
      expect(answer.json, path).toMatchObject({ error: { code: "reauthentication_required" } });
    }
    expect(await roleOf("viewer")).toBe("viewer");
  });
});

describe("S43 the last owner", () => {
  test("can't be demoted, suspended, or removed, or leave, even if there is a suspended owner", async () => {
    await call("owner", "PATCH", person("viewer"), { role: "owner" });
    await call("owner", "PUT", `${person("viewer")}/suspension`, { suspended: true });
    for (const [method, path, body] of [
      ["PATCH", "", { role: "admin" }],
      ["PUT", "/suspension", { suspended: true }],
      ["POST", "/remove", {}],
    ] as const) {
      expect((await call("owner", method, person("owner") + path, body)).status, path).toBe(409);
    }
    expect(await roleOf("owner")).toBe("owner");
  });

  test("remains when two owners concurrently demote each other or step down", async () => {
    for (const pairs of [
      [
        ["owner", "viewer"],
        ["viewer", "owner"],
      ],
      [
        ["owner", "owner"],
        ["viewer", "viewer"],
      ],
    ] as const) {
      for (let round = 0; round < 5; round += 1) {
        await db().member.updateMany({
          where: {
            workspaceId: stage.workspace.id,
            userId: { in: [stage.users.owner.id, stage.users.viewer.id] },
          },
          data: { role: "owner" },
        });
        const answers = await Promise.all(
          pairs.map(([by, of]) => call(by, "PATCH", person(of), { role: "member" })),
        );
        expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
        const left = await db().member.count({ where: { workspaceId: stage.workspace.id, role: "owner" } });
        expect(left).toBe(1);
      }
    }
  });

  test("remains when two owners concurrently remove each other", async () => {
    await call("owner", "PATCH", person("viewer"), { role: "owner" });
    const answers = await Promise.all([
      call("owner", "POST", `${person("viewer")}/remove`),
      call("viewer", "POST", `${person("owner")}/remove`),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
  });
});

describe("S44 a removed member", () => {
  test("has their keys revoked or transferred with unchanged secrets, and loses access immediately", async () => {
    const kept = await makeKey(stage.actors.member, { name: "kept" });
    const dropped = await makeKey(stage.actors.member, { name: "dropped" });
    const theirs = await cookieOf(stage, "member");
    const listed = (await call("admin", "GET", `${person("member")}/keys`)).json as {
      keys: { name: string }[];
    };
    expect(listed.keys.map(({ name }) => name)).toEqual(["dropped", "kept"]);

    const answer = await call("admin", "POST", `${person("member")}/remove`, {
      transfers: [{ keyId: kept.key.id, userId: stage.users.admin.id }],
      revocations: [dropped.key.id],
    });
    expect(answer.json as RemovedMember).toMatchObject({
      revoked: 1,
      transferred: 1,
      rejectedEverywhere: { afterMs: expect.any(Number), instances: expect.any(Number) },
    });
    expect(await useKey(kept.secret)).toBe(200);
    expect(await useKey(dropped.secret)).toBe("revoked_key");
    const path = `/api/workspaces/${stage.workspace.slug}`;
    expect((await callConsole("GET", path, { cookie: theirs })).status).toBe(404);
    expect((await callConsole("GET", "/api/account", { cookie: theirs })).status).toBe(200);
    expect(await actions()).toEqual(
      expect.arrayContaining([
        "member.removed The member",
        "api_key.transferred kept",
        "api_key.revoked dropped",
      ]),
    );
  });

  test("leaves no key behind that was created concurrently", async () => {
    for (let round = 0; round < 5; round += 1) {
      const { user, actor } = await makeMember(stage.workspace, "member");
      await Promise.allSettled([
        makeKey(actor),
        call("owner", "POST", `/members/${user.id}/remove`, { otherKeys: "revoke" }),
        makeKey(actor),
      ]);
      expect(await db().apiKey.count({ where: { ownerId: user.id, revokedAt: null } })).toBe(0);
    }
  });

  test("can't transfer keys to a stranger, a suspended member, or themselves, or transfer others' keys", async () => {
    const { key } = await makeKey(stage.actors.member);
    const foreign = await makeKey(stage.actors.admin);
    await call("owner", "PUT", `${person("viewer")}/suspension`, { suspended: true });
    for (const transfer of [
      { keyId: key.id, userId: stage.users.stranger.id },
      { keyId: key.id, userId: stage.users.viewer.id },
      { keyId: key.id, userId: stage.users.member.id },
      { keyId: foreign.key.id, userId: stage.users.owner.id },
    ]) {
      const answer = await call("owner", "POST", `${person("member")}/remove`, { transfers: [transfer] });
      expect(answer.json).toMatchObject({ error: { fields: { transfers: expect.any(String) } } });
    }
    expect(await roleOf("member")).toBe("member");
  });

  test("isn't removed while a key is undecided, which the response lists; otherKeys decides the rest", async () => {
    const make = async (name: string) => (await makeKey(stage.actors.member, { name })).key;
    const [one, two] = [await make("one"), await make("two")];
    const rest = [await make("three"), await make("four"), await make("five")];
    const keys = [one, two, ...rest];
    const remove = (body?: unknown) => call("owner", "POST", `${person("member")}/remove`, body);
    const to = stage.users.admin.id;
    for (const [body, left] of [
      [undefined, keys],
      [{ transfers: [{ keyId: one.id, userId: to }], revocations: [two.id] }, rest],
    ] as const) {
      const answer = await remove(body);
      expect(answer.status).toBe(409);
      const { error } = answer.json as { error: { code: string; message: string; keys: { id: string }[] } };
      expect(error.code).toBe("undecided_keys");
      expect(error.message).toContain(left.length === 5 ? "and 2 more" : "and ");
      expect(error.keys.map(({ id }) => id).toSorted()).toEqual(left.map(({ id }) => id).toSorted());
    }
    for (const [body, field] of [
      [
        { transfers: [{ keyId: one.id, userId: to }], revocations: [one.id], otherKeys: "revoke" },
        "revocations",
      ],
      [{ revocations: ["key_unknown"], otherKeys: "revoke" }, "revocations"],
      [{ otherKeys: { transferTo: stage.users.stranger.id } }, "otherKeys"],
    ] as const)
      expect((await remove(body)).json).toMatchObject({ error: { fields: { [field]: expect.any(String) } } });
    expect(await roleOf("member")).toBe("member");
    expect(await db().apiKey.count({ where: { ownerId: stage.users.member.id, revokedAt: null } })).toBe(5);

    const done = await remove({ revocations: [one.id], otherKeys: { transferTo: to } });
    expect(done.json).toMatchObject({ revoked: 1, transferred: 4, kept: 0 });
  });

  test("can't gain rights by transferring a key to someone with a higher role", async () => {
    const { key, secret } = await makeKey(stage.actors.admin, { canManageKeys: true });
    await call("owner", "PATCH", person("admin"), { role: "viewer" });
    await call("admin", "POST", `${person("admin")}/remove`, {
      transfers: [{ keyId: key.id, userId: stage.users.owner.id }],
    });
    expect(await useKey(secret)).toBe(200);
    expect(await useKey(secret, "GET", "/auth/api-keys")).toBe("insufficient_permissions");
    expect(await db().apiKey.findUnique({ where: { id: key.id } })).toMatchObject({
      permissionLevel: "read_only",
      canManageKeys: false,
    });
  });

  test("can leave voluntarily; only owners can remove owners", async () => {
    expect((await call("viewer", "POST", `${person("member")}/remove`)).status).toBe(403);
    expect((await call("admin", "POST", `${person("owner")}/remove`)).status).toBe(403);
    expect((await call("viewer", "POST", `${person("viewer")}/remove`)).status).toBe(200);
    expect(await actions()).toContain("member.left The viewer");
  });
});

test("S44 a suspended member's keys answer disabled_key and their sessions are rejected in the workspace, until reinstated", async () => {
  const { secret } = await makeKey(stage.actors.member);
  const cookie = await cookieOf(stage, "member");
  const open = async () =>
    (await callConsole("GET", `/api/workspaces/${stage.workspace.slug}`, { cookie })).status;
  expect(await open()).toBe(200);
  await call("admin", "PUT", `${person("member")}/suspension`, { suspended: true });
  expect([await useKey(secret), await open()]).toEqual(["disabled_key", 404]);
  await call("admin", "PUT", `${person("member")}/suspension`, { suspended: false });
  expect([await useKey(secret), await open()]).toEqual([200, 200]);
  expect(await actions()).toEqual(
    expect.arrayContaining(["member.suspended The member", "member.reinstated The member"]),
  );
  expect((await call("admin", "PUT", `${person("admin")}/suspension`, { suspended: true })).status).toBe(409);
});

test("a person can create another workspace and owns it", async () => {
  const cookie = await cookieOf(stage, "viewer");
  const made = await callConsole("POST", "/api/workspaces", { cookie, body: { name: "Second & Sons" } });
  expect(made.status).toBe(201);
  const { workspaceSlug } = made.json as { workspaceSlug: string };
  expect((await callConsole("GET", `/api/workspaces/${workspaceSlug}`, { cookie })).json).toMatchObject({
    name: "Second & Sons",
    role: "owner",
    apiAccess: false,
  });
});
