import { beforeEach, describe, expect, test } from "vitest";
import type { AccountDeletion } from "@/lib/contracts/account";
import { db, runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeStage, type Stage } from "@/tests/factories/console-people";
import {
  makeKey,
  makeMember,
  makeSessionCookie,
  makeWorkspace,
  memberActor,
  password,
} from "@/tests/factories/factories";
import { keptMails } from "@/tests/peers/mailbox";
import { callConsole } from "@/tests/processes/console-routes";
import { useKeyApi } from "@/tests/processes/key-api-server";

useRuntime();
const callKeyApi = useKeyApi();

let stage: Stage;
let cookie: string;
beforeEach(async () => {
  stage = await makeStage();
  cookie = await makeSessionCookie(stage.users.admin);
});

const path = "/api/account/deletion";
const preview = async (of = cookie) =>
  (await callConsole("GET", path, { cookie: of })).json as AccountDeletion;
const remove = (body: Record<string, unknown> = {}, of = cookie) =>
  callConsole("POST", path, {
    cookie: of,
    body: { email: stage.users.admin.email, otherKeys: "revoke", ...body },
  });
const exists = async (id: string) => (await db().user.count({ where: { id } })) === 1;

async function useKey(secret: string) {
  const answer = await callKeyApi("/api/public/v1/me", { headers: { "x-api-key": secret } });
  return (answer.json as { error?: { code: string } } | null)?.error?.code ?? answer.status;
}

describe("deleting an account", () => {
  test("ends sessions, revokes keys, and frees the address; audit logs keep the name", async () => {
    const { admin } = stage.users;
    const { secret, key } = await makeKey(stage.actors.admin);
    const elsewhere = await makeSessionCookie(admin);
    const answer = await remove();
    expect(answer.json).toEqual({});
    expect(await useKey(secret)).toBe("revoked_key");
    expect(answer.headers.getSetCookie().join()).toMatch(/keyward\.session=;.*Expires=Thu, 01 Jan 1970/);
    for (const each of [cookie, elsewhere])
      expect((await callConsole("GET", "/api/account", { cookie: each })).status).toBe(401);
    const signIn = { email: admin.email, password };
    expect((await callConsole("POST", "/api/sign-in", { body: signIn })).status).toBe(401);
    const again = { ...signIn, name: "Anew", workspaceName: "Anew" };
    expect((await callConsole("POST", "/api/sign-up", { body: again })).status).toBe(201);

    const owner = await makeSessionCookie(stage.users.owner);
    const workspace = `/api/workspaces/${stage.workspace.slug}`;
    const log = await callConsole("GET", `${workspace}/audit-events`, { cookie: owner });
    expect(log.json).toMatchObject({
      events: expect.arrayContaining([
        expect.objectContaining({
          action: "member.left",
          actor: { type: "user", id: admin.id, name: admin.name },
        }),
        expect.objectContaining({ action: "api_key.revoked", details: { because: `${admin.name} left` } }),
      ]),
    });
    const seen = await callConsole("GET", `${workspace}/api-keys/${key.id}`, { cookie: owner });
    expect(seen.json).toMatchObject({ status: "revoked", owner: { name: "Deleted account" } });
    const [event] = await db().auditEvent.findMany({
      where: { action: "account.deleted", actorId: admin.id },
    });
    expect(event).toMatchObject({ workspaceId: null, targetName: admin.name, ip: "203.0.113.7" });
    expect((await keptMails(admin.email)).at(-1)).toContain("account was deleted");
  });

  test("leaves no rows of the person except in the access log", async () => {
    const { admin } = stage.users;
    await callConsole("POST", "/api/sign-in", { body: { email: admin.email, password } });
    await callConsole("POST", "/api/forgot-password", { body: { email: admin.email } });
    expect((await remove()).status).toBe(200);
    const tables = [
      "sessions",
      "members",
      "devices",
      "totp_factors",
      "recovery_codes",
      "accounts",
      "mailed_links",
    ];
    for (const table of tables) {
      const { rows } = await runtime().pool.query(`SELECT 1 FROM ${table} WHERE user_id = $1`, [admin.id]);
      expect(rows, table).toEqual([]);
    }
    await runtime().engine.accessLog.settled();
    const { rows } = await runtime().pool.query("SELECT 1 FROM access_log.entries WHERE user_id = $1", [
      admin.id,
    ]);
    expect(rows.length).toBeGreaterThan(0);
  });

  test("transfers keys as decided, with unchanged secrets", async () => {
    const [kept, gone] = [await makeKey(stage.actors.admin), await makeKey(stage.actors.admin)];
    const { left } = await preview();
    expect(left).toMatchObject([
      { id: stage.workspace.id, keys: [{ id: gone.key.id }, { id: kept.key.id }] },
    ]);
    expect(left[0]?.newOwners.map(({ userId }) => userId)).toContain(stage.users.owner.id);
    const to = { workspaceId: stage.workspace.id, keyId: kept.key.id, userId: stage.users.owner.id };
    expect((await remove({ transfers: [to] })).status).toBe(200);
    expect([await useKey(kept.secret), await useKey(gone.secret)]).toEqual([200, "revoked_key"]);
  });

  test("deletes nothing while a key is undecided, and lists the key", async () => {
    const [kept, gone] = [await makeKey(stage.actors.admin), await makeKey(stage.actors.admin)];
    const workspaceId = stage.workspace.id;
    const transfers = [{ workspaceId, keyId: kept.key.id, userId: stage.users.owner.id }];
    const answer = await remove({ transfers, otherKeys: undefined });
    expect(answer.json).toMatchObject({ error: { code: "undecided_keys", keys: [{ id: gone.key.id }] } });
    expect(await exists(stage.users.admin.id)).toBe(true);
    const revocations = [{ workspaceId, keyId: gone.key.id }];
    const elsewhere = [{ workspaceId: "ws_other", keyId: gone.key.id }];
    expect((await remove({ transfers, revocations: elsewhere, otherKeys: undefined })).status).toBe(400);
    expect((await remove({ transfers, revocations, otherKeys: undefined })).status).toBe(200);
    expect([await useKey(kept.secret), await useKey(gone.secret)]).toEqual([200, "revoked_key"]);
  });

  test("changes nothing if the address is wrong, a key isn't the person's, or a new owner isn't allowed", async () => {
    const { key } = await makeKey(stage.actors.admin);
    const { key: anothers } = await makeKey(stage.actors.owner);
    const workspaceId = stage.workspace.id;
    const newOwner = stage.users.owner.id;
    expect((await remove({ email: stage.users.owner.email })).json).toMatchObject({
      error: { fields: { email: expect.stringContaining(stage.users.admin.email) } },
    });
    for (const transfer of [
      { workspaceId, keyId: key.id, userId: stage.users.stranger.id },
      { workspaceId, keyId: key.id, userId: stage.users.admin.id },
      { workspaceId, keyId: anothers.id, userId: newOwner },
      { workspaceId: "ws_other", keyId: key.id, userId: newOwner },
    ])
      expect((await remove({ transfers: [transfer] })).json, JSON.stringify(transfer)).toMatchObject({
        error: { code: "invalid_request", fields: { transfers: expect.any(String) } },
      });
    expect(await exists(stage.users.admin.id)).toBe(true);
    expect((await db().apiKey.findUniqueOrThrow({ where: { id: key.id } })).revokedAt).toBeNull();
  });

  test("S18 requires a recent confirmation of identity", async () => {
    await db().session.updateMany({ data: { authenticatedAt: new Date(Date.now() - 3_600_000) } });
    expect((await remove()).json).toMatchObject({ error: { code: "reauthentication_required" } });
    expect(await exists(stage.users.admin.id)).toBe(true);
  });
});

describe("a workspace of the deleted account", () => {
  test("blocks the deletion, by name, if the person is its last owner and it has other members", async () => {
    const owner = await makeSessionCookie(stage.users.owner);
    const { id, slug, name } = stage.workspace;
    expect(await preview(owner)).toMatchObject({ blockedBy: [{ id, slug, name }], deleted: [], left: [] });
    const answer = await remove({ email: stage.users.owner.email }, owner);
    expect(answer.json).toMatchObject({
      error: { code: "conflict", message: expect.stringContaining(name) },
    });
    await db().member.updateMany({ where: { userId: stage.users.admin.id }, data: { role: "owner" } });
    expect((await remove({ email: stage.users.owner.email }, owner)).status).toBe(200);
  });

  test("is deleted if it has no other members and the request names it", async () => {
    const { workspace, owner, actor } = await makeWorkspace();
    const { secret } = await makeKey(actor);
    const alone = await makeSessionCookie(owner);
    expect(await preview(alone)).toEqual({
      blockedBy: [],
      deleted: [{ id: workspace.id, slug: workspace.slug, name: workspace.name, activeKeys: 1 }],
      left: [],
    });
    expect((await remove({ email: owner.email }, alone)).json).toMatchObject({ error: { code: "conflict" } });
    expect(await useKey(secret)).toBe(200);
    const body = { email: owner.email, deletedWorkspaces: [workspace.id] };
    expect((await remove(body, alone)).status).toBe(200);
    expect(await useKey(secret)).toBe("invalid_key");
    expect(await db().workspace.count({ where: { id: workspace.id } })).toBe(0);
    const events = await db().auditEvent.findMany({ where: { workspaceId: workspace.id } });
    expect(events.map(({ action }) => action)).toContain("workspace.deleted");
  });

  test("is hidden from a suspended member, whose keys there are revoked", async () => {
    const { key } = await makeKey(stage.actors.admin);
    await db().member.updateMany({
      where: { userId: stage.users.admin.id },
      data: { suspendedAt: new Date() },
    });
    expect((await preview()).left).toMatchObject([{ newOwners: [] }]);
    const to = { workspaceId: stage.workspace.id, keyId: key.id, userId: stage.users.owner.id };
    expect((await remove({ transfers: [to] })).status).toBe(400);
    expect((await remove()).status).toBe(200);
    expect((await db().apiKey.findUniqueOrThrow({ where: { id: key.id } })).revokedAt).not.toBeNull();
  });
});

describe("concurrently with deleting an account", () => {
  test("a second deletion leads to one deletion, one event, and one mail", async () => {
    const tabs = await Promise.all([0, 1, 2].map(() => makeSessionCookie(stage.users.admin)));
    const answers = await Promise.all(tabs.map((tab) => remove({}, tab)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
    expect(
      await db().auditEvent.count({ where: { action: "account.deleted", actorId: stage.users.admin.id } }),
    ).toBe(1);
    const farewells = (await keptMails(stage.users.admin.email)).filter((mail) =>
      mail.includes("account was deleted"),
    );
    expect(farewells).toHaveLength(1);
  });

  test("S43 the other owner leaves: the workspace keeps an owner in either order", async () => {
    for (let round = 0; round < 4; round += 1) {
      const { workspace, owner, actor } = await makeWorkspace();
      const { user: second } = await makeMember(workspace, "owner");
      await makeMember(workspace, "member");
      const [one, two] = [await makeSessionCookie(owner), await makeSessionCookie(second)];
      await makeKey(actor);
      await Promise.all([
        remove({ email: owner.email }, one),
        callConsole("POST", `/api/workspaces/${workspace.slug}/members/${second.id}/remove`, { cookie: two }),
      ]);
      const owners = await db().member.findMany({ where: { workspaceId: workspace.id, role: "owner" } });
      expect(owners).toHaveLength(1);
    }
  });

  test("S43 both owners of two shared workspaces delete their accounts: no deadlock, and each workspace keeps an owner", async () => {
    for (let round = 0; round < 4; round += 1) {
      const [a, b] = [await makeWorkspace(), await makeWorkspace()];
      for (const [workspace, other] of [
        [a.workspace, b.owner],
        [b.workspace, a.owner],
      ] as const)
        await db().member.create({ data: { workspaceId: workspace.id, userId: other.id, role: "owner" } });
      for (const { workspace } of [a, b]) await makeMember(workspace, "viewer");
      const answers = await Promise.all(
        [a.owner, b.owner].map(async (owner) =>
          remove({ email: owner.email }, await makeSessionCookie(owner)),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      for (const { workspace } of [a, b])
        expect(await db().member.count({ where: { workspaceId: workspace.id, role: "owner" } })).toBe(1);
    }
  });

  test("a key is created: no working key is left", async () => {
    const { workspace } = stage;
    const actor = memberActor(workspace, stage.users.admin, "admin");
    const [answer, ...made] = await Promise.all([
      remove(),
      ...Array.from({ length: 8 }, () => makeKey(actor).catch(() => null)),
    ]);
    expect(answer.status).toBe(200);
    for (const key of made) if (key) expect(await useKey(key.secret)).toBe("revoked_key");
    expect(await db().apiKey.count({ where: { ownerId: stage.users.admin.id } })).toBe(0);
  });

  test("a workspace is created: no workspace is left without members", async () => {
    const answers = await Promise.all([
      remove(),
      callConsole("POST", "/api/workspaces", { cookie, body: { name: "Another" } }),
    ]);
    expect(answers.some(({ status }) => status < 300)).toBe(true);
    expect(await db().workspace.count({ where: { members: { none: {} } } })).toBe(0);
  });
});
