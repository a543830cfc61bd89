import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { db, runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeWorkspace } from "@/tests/factories/factories";
import type { MemberActor } from "../actor";
import { listCreatedKeys } from "./created-keys";
import { reportLeaks } from "./leak-reports";
import { listOpenLeaks, settleLeak } from "./leaks";
import { getApiKey } from "./list-api-keys";
import { revokeWithCreatedKeys } from "./revoke-api-key";

useRuntime();

/** A key with two keys that it made, one of them with the other. */
async function makeFamily(actor: MemberActor) {
  const { key, secret } = await makeKey(actor, { name: "parent", canManageKeys: true });
  const madeWith = async (parentId: string, name: string) => {
    const made = await makeKey(actor, { name });
    await db().apiKey.update({
      where: { id: made.key.id },
      data: { createdByType: "key", createdById: parentId },
    });
    return made.key;
  };
  const child = await madeWith(key.id, "child");
  const grandchild = await madeWith(child.id, "grandchild");
  return { key, secret, child, grandchild };
}

async function leak(secret: string): Promise<void> {
  await reportLeaks([{ text: secret }], { ip: null, userAgent: null, requestId: null });
  await runtime().background.finish();
}
const rowOf = (id: string) => db().apiKey.findUniqueOrThrow({ where: { id } });
const leaksOf = async (actor: MemberActor) => (await listOpenLeaks(actor)).leaks;

test("a leak is shown to the key's owner and to admins, in its workspace only, until it is dealt with", async () => {
  const { workspace, actor } = await makeWorkspace();
  const member = await makeMember(workspace, "member");
  const [admin, other] = [await makeMember(workspace, "admin"), await makeMember(workspace, "member")];
  const stranger = await makeWorkspace();
  const { key, secret } = await makeKey(member.actor, { name: "leaky" });
  await leak(secret);
  const { prefix, suffix } = key;
  const shown = [
    {
      key: { id: key.id, name: "leaky", prefix, suffix },
      exposedAt: (await rowOf(key.id)).exposedAt?.toISOString(),
      disabledKeys: 0,
    },
  ];
  for (const one of [actor, admin.actor, member.actor]) expect(await leaksOf(one)).toEqual(shown);
  for (const one of [other.actor, stranger.actor]) expect(await leaksOf(one)).toEqual([]);
  await settleLeak(admin.actor, key.id, { enable: [], revoke: [] });
  for (const one of [actor, admin.actor, member.actor]) expect(await leaksOf(one)).toEqual([]);
  expect(await rowOf(key.id)).toMatchObject({ exposureSettledBy: admin.user.id });
});

test("S33 an admin decides about each disabled key that the leaked one made, once", async () => {
  const { actor } = await makeWorkspace();
  const { key, secret, child, grandchild } = await makeFamily(actor);
  const unrelated = await makeKey(actor);
  await leak(secret);
  expect(await leaksOf(actor)).toMatchObject([{ disabledKeys: 2 }]);

  for (const decisions of [
    { enable: [unrelated.key.id], revoke: [] },
    { enable: [], revoke: [child.id, unrelated.key.id] },
  ])
    await expect(settleLeak(actor, key.id, decisions)).rejects.toMatchObject({ code: "invalid_request" });
  expect(await leaksOf(actor), "nothing was changed").toMatchObject([{ disabledKeys: 2 }]);

  await settleLeak(actor, key.id, { enable: [grandchild.id], revoke: [child.id] });
  expect(await rowOf(grandchild.id)).toMatchObject({ disabledAt: null, disabledByAdmin: false });
  expect((await rowOf(child.id)).revokedAt).not.toBeNull();
  expect((await rowOf(unrelated.key.id)).revokedAt).toBeNull();
  await expect(settleLeak(actor, key.id, { enable: [], revoke: [] })).rejects.toMatchObject({
    code: "conflict",
  });
  const settled = await db().auditEvent.findMany({
    where: { targetId: key.id, action: "api_key.leak_settled" },
  });
  expect(settled.map(({ actorId, details }) => [actorId, details])).toEqual([
    [actor.userId, { enabled_keys: 1, revoked_keys: 1 }],
  ]);
});

test("S33 an admin decides about more keys than are listed, all at once", async () => {
  const { actor } = await makeWorkspace();
  const { key, secret, child, grandchild } = await makeFamily(actor);
  const row = await rowOf(child.id);
  const more = Array.from({ length: 120 }, (_, index) => ({
    ...{
      id: `key_m${index}${key.id.slice(5)}`,
      hash: Uint8Array.from(randomBytes(32)),
      name: `more ${index}`,
    },
    ...{ workspaceId: row.workspaceId, ownerId: row.ownerId, prefix: row.prefix, suffix: row.suffix },
    ...{
      permissionLevel: row.permissionLevel,
      environment: row.environment,
      createdByType: row.createdByType,
      createdById: key.id,
    },
  }));
  await db().apiKey.createMany({ data: more });
  const enabled = (await makeKey(actor)).key;
  await leak(secret);
  await db().apiKey.update({
    where: { id: enabled.id },
    data: { createdByType: "key", createdById: key.id },
  });
  const listed = await listCreatedKeys(actor, key.id);
  expect(listed).toMatchObject({ total: 123, undecided: 122, live: 123 });
  expect(listed.keys).toHaveLength(100);
  expect(
    listed.keys.map(({ id }) => id),
    "those to decide about come first",
  ).not.toContain(enabled.id);

  await settleLeak(actor, key.id, { enable: [child.id], keep: [grandchild.id], others: "revoke" });
  expect(await rowOf(child.id)).toMatchObject({ disabledAt: null, revokedAt: null });
  expect(await rowOf(grandchild.id)).toMatchObject({ disabledByAdmin: true, revokedAt: null });
  expect(await rowOf(enabled.id)).toMatchObject({ revokedAt: null });
  const revokedCount = { where: { createdById: key.id, revokedAt: { not: null } } };
  expect(await db().apiKey.count(revokedCount)).toBe(120);
});

test("S36 of two admins who decide at once, one does", async () => {
  const { actor } = await makeWorkspace();
  const { key, secret } = await makeFamily(actor);
  await leak(secret);
  const answers = await Promise.allSettled(
    Array.from({ length: 5 }, () => settleLeak(actor, key.id, { enable: [], revoke: [] })),
  );
  expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test("a key that didn't leak can't be dealt with", async () => {
  const { actor } = await makeWorkspace();
  const { key } = await makeKey(actor);
  await expect(settleLeak(actor, key.id, { enable: [], revoke: [] })).rejects.toMatchObject({
    code: "conflict",
  });
});

test("the keys that a key made are listed, also indirect ones, as far as the member can see them", async () => {
  const { workspace, actor } = await makeWorkspace();
  const { key, child, grandchild } = await makeFamily(actor);
  const names = async (one: MemberActor) => (await listCreatedKeys(one, key.id)).keys.map(({ name }) => name);
  expect(await names(actor)).toEqual(["grandchild", "child"]);
  expect(await getApiKey(actor, key.id)).toMatchObject({ createdKeys: 2 });
  expect(await getApiKey(actor, grandchild.id)).toMatchObject({ createdKeys: 0 });
  await db().apiKey.update({ where: { id: grandchild.id }, data: { revokedAt: new Date() } });
  expect(await listCreatedKeys(actor, key.id)).toMatchObject({
    keys: [{ name: "child" }, { name: "grandchild" }],
    total: 2,
    live: 1,
  });

  const member = await makeMember(workspace, "member");
  await expect(names(member.actor)).rejects.toMatchObject({ code: "not_found" });
  await db().apiKey.updateMany({
    where: { id: { in: [key.id, child.id] } },
    data: { ownerId: member.user.id },
  });
  expect(await names(member.actor)).toEqual(["child"]);
});

test("S33 a key is revoked alone, or with the keys that it made", async () => {
  const { workspace, actor } = await makeWorkspace();
  const { key, child, grandchild } = await makeFamily(actor);
  const member = await makeMember(workspace, "member");
  const unrelated = await makeKey(actor);
  await db().apiKey.updateMany({
    where: { id: { in: [key.id, child.id] } },
    data: { ownerId: member.user.id },
  });
  const revoked = async () => {
    const rows = await Promise.all([key, child, grandchild, unrelated.key].map(({ id }) => rowOf(id)));
    return rows.filter(({ revokedAt }) => revokedAt).map(({ name }) => name);
  };
  expect(await revokeWithCreatedKeys(member.actor, key.id)).toMatchObject({ createdKeys: 1 });
  expect(await revoked(), "a member can't revoke another member's key").toEqual(["parent", "child"]);
  expect(await revokeWithCreatedKeys(actor, key.id)).toMatchObject({ createdKeys: 1 });
  expect(await revoked()).toEqual(["parent", "child", "grandchild"]);
  expect(await db().auditEvent.count({ where: { targetId: key.id, action: "api_key.revoked" } })).toBe(1);
});
