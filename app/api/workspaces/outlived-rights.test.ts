import { beforeEach, describe, expect, test } from "vitest";
import { createApiKeyInput } from "@/lib/contracts/api-key-input";
import type { ApiKey, CreatedApiKey } from "@/lib/contracts/api-keys";
import type { MemberKeys, RemovedMember } from "@/lib/contracts/members";
import { systemActor } from "@/lib/server/actor";
import { changeApiKey } from "@/lib/server/keys/change-api-key";
import { createApiKey } from "@/lib/server/keys/create-api-key";
import { db } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { cookieOf, makeStage, type Stage, type Visitor } from "@/tests/factories/console-people";
import { makeKey } from "@/tests/factories/factories";
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

const withKey = (secret: string, method: string, path: string, body?: unknown) =>
  callKeyApi(path, { method, headers: { "x-api-key": secret }, body });

const idOf = (answer: { json: unknown }) => (answer.json as { key_id: string; key: string }).key_id;

describe("S70 a key that an admin disabled", () => {
  const path = (id: string) => `/api-keys/${id}`;
  const enable = { disabled: false };
  const disable = { disabled: true };

  test("can't be enabled by its owner, in the console or with a key, and shows who disabled it", async () => {
    const { key } = await makeKey(stage.actors.member);
    expect((await call("admin", "PATCH", path(key.id), disable)).status).toBe(200);

    const refused = { error: { code: "insufficient_permissions" } };
    expect((await call("member", "PATCH", path(key.id), enable)).json).toMatchObject(refused);
    const managing = await makeKey(stage.actors.member);
    await db().apiKey.update({ where: { id: managing.key.id }, data: { canManageKeys: true } });
    expect((await call("member", "PATCH", path(key.id), disable)).status, "changes nothing").toBe(200);
    const answer = await withKey(managing.secret, "PATCH", `/auth/api-keys/${key.id}`, enable);
    expect(answer.status).toBe(403);

    const { admin } = stage.users;
    expect((await call("member", "GET", path(key.id))).json as ApiKey).toMatchObject({
      status: "disabled",
      disabledBy: { type: "user", id: admin.id, name: admin.name },
      disabledByAdmin: true,
    });
    expect((await call("admin", "PATCH", path(key.id), enable)).json).toMatchObject({
      status: "active",
      disabledBy: null,
      disabledByAdmin: false,
    });
  });

  test("stays disabled for its owner if the owner had disabled it first, and if the operator disabled it", async () => {
    const { key } = await makeKey(stage.actors.member);
    await call("member", "PATCH", path(key.id), disable);
    const paused = (await call("member", "GET", path(key.id))).json as ApiKey;
    expect([paused.disabledByAdmin, paused.disabledBy?.id]).toEqual([false, stage.users.member.id]);
    expect((await call("member", "PATCH", path(key.id), enable)).status).toBe(200);

    await call("member", "PATCH", path(key.id), disable);
    await call("admin", "PATCH", path(key.id), disable);
    expect((await call("member", "PATCH", path(key.id), enable)).status).toBe(403);
    await call("owner", "PATCH", path(key.id), enable);

    await changeApiKey(systemActor(stage.workspace.id, "Operator"), key.id, disable);
    expect((await call("member", "PATCH", path(key.id), enable)).status).toBe(403);
    expect((await call("owner", "PATCH", path(key.id), enable)).status).toBe(200);
  });
});

describe("S70 an admin who created managing keys for a service member", () => {
  let known: CreatedApiKey;
  let serviceId: string;
  beforeEach(async () => {
    const made = await call("owner", "POST", "/members", { name: "Deploy bot", role: "admin" });
    serviceId = (made.json as { userId: string }).userId;
    const body = { name: "pipeline", permissionLevel: "read_write", canManageKeys: true, ownerId: serviceId };
    known = (await call("admin", "POST", "/api-keys", body)).json as CreatedApiKey;
  });
  const admin = () => `/members/${stage.users.admin.id}`;
  const make = (secret: string) =>
    withKey(secret, "POST", "/auth/api-keys", { name: "child", permission_level: "read_write" });
  const manages = async (id: string) => {
    const key = await db().apiKey.findUniqueOrThrow({ where: { id } });
    return key.canManageKeys && key.revokedAt === null;
  };

  test("must decide about them when removed, and they are revoked with all keys they created", async () => {
    const child = await make(known.secret);
    const rotated = await withKey(
      (child.json as { key: string }).key,
      "POST",
      "/auth/api-keys/current/rotate",
      {},
    );
    const mine = (
      await call("owner", "POST", "/api-keys", {
        ...{ name: "of the owner", permissionLevel: "read_write", canManageKeys: true, ownerId: serviceId },
      })
    ).json as CreatedApiKey;
    const plain = (
      await call("admin", "POST", "/api-keys", {
        ...{ name: "plain", permissionLevel: "read_write", ownerId: serviceId },
      })
    ).json as CreatedApiKey;
    const named = [known.key.id, idOf(child), idOf(rotated)].toSorted();

    const { keys } = (await call("owner", "GET", `${admin()}/keys`)).json as MemberKeys;
    expect(keys.map(({ id }) => id).toSorted()).toEqual(named);
    for (const { owner } of keys) expect(owner).toEqual({ userId: serviceId, name: "Deploy bot" });

    const body = { revocations: named };
    const removed = (await call("owner", "POST", `${admin()}/remove`, body)).json as RemovedMember;
    expect(removed).toMatchObject({ revoked: 3, transferred: 0, kept: 0 });
    for (const id of named) expect(await manages(id)).toBe(false);
    expect((await make(known.secret)).json).toMatchObject({ error: { code: "revoked_key" } });
    expect(await manages(mine.key.id)).toBe(true);
    expect((await withKey(plain.secret, "GET", "/api/public/v1/me")).status).toBe(200);
  });

  test("leaves only keys that the remover explicitly keeps or transfers", async () => {
    const child = await make(known.secret);
    const other = await make(known.secret);
    const transfers = [
      { keyId: known.key.id, userId: serviceId },
      { keyId: idOf(child), userId: stage.users.owner.id },
    ];
    const revocations = [idOf(other)];
    const answer = await call("owner", "POST", `${admin()}/remove`, { transfers, revocations });
    expect(answer.json).toMatchObject({ revoked: 1, transferred: 1, kept: 1 });
    expect(await manages(known.key.id)).toBe(true);
    expect(await db().apiKey.findUnique({ where: { id: idOf(child) } })).toMatchObject({
      ownerId: stage.users.owner.id,
    });
    expect(await manages(idOf(other))).toBe(false);
  });

  test("keeps no managing key by leaving: their keys and the service member's lose that permission", async () => {
    const own = await makeKey(stage.actors.admin, { canManageKeys: true });
    const { keys, withdrawn } = (await call("admin", "GET", `${admin()}/keys`)).json as MemberKeys;
    expect(keys.map(({ id }) => id)).toEqual([own.key.id]);
    expect(withdrawn.map(({ id }) => id)).toEqual([known.key.id]);
    const transfers = [{ keyId: own.key.id, userId: stage.users.owner.id }];
    expect((await call("admin", "POST", `${admin()}/remove`, { transfers })).status).toBe(200);
    for (const { id, secret } of [
      { id: own.key.id, secret: own.secret },
      { id: known.key.id, secret: known.secret },
    ]) {
      expect(await manages(id)).toBe(false);
      expect((await make(secret)).json).toMatchObject({ error: { code: "insufficient_permissions" } });
      expect((await withKey(secret, "GET", "/api/public/v1/me")).status).toBe(200);
    }
  });

  test("can't create a managing key while being removed", async () => {
    for (let round = 0; round < 5; round += 1) {
      const [, removal] = await Promise.all([
        Promise.all([make(known.secret), make(known.secret)]),
        call("owner", "POST", `${admin()}/remove`, { otherKeys: "revoke" }),
        make(known.secret),
      ]);
      expect(removal.status).toBe(200);
      const left = { ownerId: serviceId, canManageKeys: true, revokedAt: null };
      expect(await db().apiKey.count({ where: left })).toBe(0);
      await db().member.create({
        data: { workspaceId: stage.workspace.id, userId: stage.users.admin.id, role: "admin" },
      });
      const body = { name: "again", permissionLevel: "read_write", canManageKeys: true, ownerId: serviceId };
      known = (await call("admin", "POST", "/api-keys", body)).json as CreatedApiKey;
    }
  });

  const changes = {
    demoted: {
      method: "PATCH",
      path: "",
      body: { role: "member" },
      because: "who made it, may no longer manage API keys",
      undo: { role: "admin" },
    },
    suspended: {
      method: "PUT",
      path: "/suspension",
      body: { suspended: true },
      because: "who made it, was suspended",
      undo: { suspended: false },
    },
  };
  for (const [change, { method, path, body, because, undo }] of Object.entries(changes)) {
    const send = (decisions = {}) => call("owner", method, admin() + path, { ...body, ...decisions });
    const standing = () =>
      db().member.findUniqueOrThrow({
        where: { workspaceId_userId: { workspaceId: stage.workspace.id, userId: stage.users.admin.id } },
        select: { role: true, suspendedAt: true },
      });

    test(`is not ${change} until these keys and all keys they created are decided`, async () => {
      const child = idOf(await make(known.secret));
      await makeKey(stage.actors.admin, { canManageKeys: true });
      const keep = [{ keyId: known.key.id, userId: serviceId }];
      for (const [decisions, left] of [
        [{}, [child, known.key.id]],
        [{ transfers: keep }, [child]],
      ] as const) {
        const answer = await send(decisions);
        expect([answer.status, answer.json]).toMatchObject([409, { error: { code: "undecided_keys" } }]);
        const { keys } = (answer.json as { error: { keys: { id: string }[] } }).error;
        expect(keys.map(({ id }) => id).toSorted()).toEqual(left.toSorted());
      }
      expect(await standing()).toEqual({ role: "admin", suspendedAt: null });
      expect((await make(known.secret)).status).toBe(200);

      const { keys } = (await call("owner", "GET", `${admin()}/keys`)).json as MemberKeys;
      const others = keys.filter(({ owner, id }) => owner !== null && id !== known.key.id);
      const revocations = others.map(({ id }) => id);
      const done = await send({ transfers: keep, revocations });
      expect([done.status, done.json]).toEqual([200, { revoked: 2, transferred: 0, kept: 1 }]);
      expect(await standing()).not.toEqual({ role: "admin", suspendedAt: null });
      expect((await make(known.secret)).status, "what was kept goes on").toBe(200);
      const events = await db().auditEvent.findMany({
        where: { workspaceId: stage.workspace.id, action: "api_key.revoked" },
      });
      expect(events.map(({ targetId }) => targetId).toSorted()).toEqual(revocations.toSorted());
      for (const { details } of events)
        expect(details).toEqual({ because: `${stage.users.admin.name}, ${because}` });
    });

    test(`isn't asked when the change is undone, or about their own keys when ${change}`, async () => {
      await send({ revocations: [known.key.id] });
      const undone = await call("owner", method, admin() + path, undo);
      expect([undone.status, undone.json]).toEqual([200, { revoked: 0, transferred: 0, kept: 0 }]);
      const own = await makeKey(stage.actors.admin, { canManageKeys: true });
      const named = await send({ revocations: [own.key.id] });
      expect(named.json).toMatchObject({ error: { fields: { revocations: expect.any(String) } } });
      expect((await send()).json).toEqual({ revoked: 0, transferred: 0, kept: 0 });
    });

    test(`keeps no undecided managing key that was created while they were ${change}`, async () => {
      const body = {
        name: "at once",
        permissionLevel: "read_write",
        canManageKeys: true,
        ownerId: serviceId,
      };
      for (let round = 0; round < 5; round += 1) {
        const [changed, ...made] = await Promise.all([
          send({ revocations: [known.key.id] }),
          make(known.secret),
          call("admin", "POST", "/api-keys", body),
          call("admin", "POST", "/api-keys", body),
        ]);
        const left = { ownerId: serviceId, canManageKeys: true, revokedAt: null };
        const alive = await db().apiKey.count({ where: left });
        // Either the change saw the keys and was refused, or no key was made after it.
        if (changed.status === 409) {
          expect(made.some(({ status }) => status < 300)).toBe(true);
          expect((await send({ otherKeys: "revoke" })).status).toBe(200);
          expect(await db().apiKey.count({ where: left })).toBe(0);
        } else expect([changed.status, alive]).toEqual([200, 0]);
        await call("owner", method, admin() + path, undo);
        known = (await call("admin", "POST", "/api-keys", body)).json as CreatedApiKey;
      }
    });

    test(`can't create a key for a service member with a request that was authorized before they were ${change}`, async () => {
      await send({ revocations: [known.key.id] });
      const input = { name: "late", permissionLevel: "read_write", canManageKeys: true } as const;
      const late = createApiKey(stage.actors.admin, createApiKeyInput.parse(input), serviceId);
      await expect(late).rejects.toMatchObject({ code: "insufficient_permissions" });
    });
  }

  test("isn't asked about them if the permission stays, and can step down without them", async () => {
    await call("owner", "PATCH", admin(), { role: "owner" });
    expect((await call("owner", "PATCH", admin(), { role: "admin" })).status).toBe(200);
    expect(await manages(known.key.id)).toBe(true);
    const stepped = await call("admin", "PATCH", admin(), { role: "member" });
    expect([stepped.status, stepped.json]).toEqual([200, { revoked: 0, transferred: 0, kept: 0 }]);
    expect(await manages(known.key.id)).toBe(false);
    expect((await withKey(known.secret, "GET", "/api/public/v1/me")).status).toBe(200);
  });
});
