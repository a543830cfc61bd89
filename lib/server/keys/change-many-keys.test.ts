import { beforeEach, expect, test } from "vitest";
import type { Role } from "@/lib/contracts/permissions";
import { hashSecret } from "@/lib/engine/keys/key-format";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeServiceMember, makeWorkspace } from "@/tests/factories/factories";
import type { MemberActor } from "../actor";
import type { Workspace } from "../generated/prisma/client";
import { db, runtime } from "../runtime";
import { changeManyKeys } from "./change-many-keys";
import { getApiKeys } from "./list-api-keys";
import { rotateApiKey } from "./rotate-api-key";

useRuntime();

const day = 86_400_000;
let workspace: Workspace;
let admin: MemberActor;
beforeEach(async () => {
  const made = await makeWorkspace();
  ({ workspace } = made);
  admin = made.actor;
});

type Change = Parameters<typeof changeManyKeys>[1];
const change = (actor: MemberActor, input: Omit<Change, "preview">, mayExtend = true) =>
  changeManyKeys(actor, { ...input, preview: false }, { mayExtend });
const preview = (actor: MemberActor, input: Omit<Change, "preview">) =>
  changeManyKeys(actor, { ...input, preview: true }, { mayExtend: false });
const rowOf = (id: string) => db().apiKey.findUniqueOrThrow({ where: { id } });
const eventsOf = (id: string) =>
  db().auditEvent.findMany({ where: { targetId: id, action: { not: "api_key.created" } } });
const member = async (role: Role = "member") => (await makeMember(workspace, role)).actor;
const idOf = async (actor: MemberActor, input: Parameters<typeof makeKey>[1] = {}) =>
  (await makeKey(actor, input)).key.id;

test("many keys are revoked in one go, with one receipt, and those that can't be say why", async () => {
  const keyIds = [await idOf(admin), await idOf(admin), await idOf(admin)].sort();
  const [first = "", second = "", third = ""] = keyIds;
  await change(admin, { action: "revoke", keyIds: [first] });
  await runtime().pool.query(`INSERT INTO access_log.last_uses (key_id, at) VALUES ($1, now())`, [second]);
  const foreign = await idOf((await makeWorkspace()).actor);

  const all = [...keyIds, foreign];
  const expected = {
    changed: 2,
    inUse: 1,
    unchanged: [
      { keyId: first, name: expect.any(String), reason: "It is already revoked." },
      { keyId: foreign, name: foreign, reason: "API key not found." },
    ],
  };
  expect(await preview(admin, { action: "revoke", keyIds: all })).toEqual({
    ...expected,
    rejectedEverywhere: null,
  });
  expect((await rowOf(third)).revokedAt).toBeNull();
  expect(await eventsOf(third)).toEqual([]);

  expect(await change(admin, { action: "revoke", keyIds: all })).toEqual({
    ...expected,
    rejectedEverywhere: expect.objectContaining({ afterMs: expect.any(Number), instances: 1 }),
  });
  for (const id of keyIds) {
    expect((await rowOf(id)).revokedAt).not.toBeNull();
    expect((await eventsOf(id)).map(({ action }) => action)).toEqual(["api_key.revoked"]);
  }
  expect((await rowOf(foreign)).revokedAt).toBeNull();
});

test("keys are disabled and enabled; an owner can't enable what an admin disabled", async () => {
  const owner = await member();
  const keyIds = [await idOf(owner), await idOf(owner)].sort();
  expect(await change(admin, { action: "disable", keyIds })).toMatchObject({
    changed: 2,
    rejectedEverywhere: { instances: 1 },
  });
  expect(await change(owner, { action: "enable", keyIds })).toMatchObject({
    changed: 0,
    unchanged: keyIds.map((keyId) => ({ keyId, reason: expect.stringContaining("An admin disabled") })),
  });
  expect((await rowOf(keyIds[0] as string)).disabledAt).not.toBeNull();
  expect(await change(admin, { action: "enable", keyIds })).toMatchObject({ changed: 2, unchanged: [] });
  expect(await change(admin, { action: "enable", keyIds })).toMatchObject({ changed: 0 });
});

test("extending makes no key's life shorter, and needs a recent confirmation of identity", async () => {
  const at = (days: number) => new Date(Date.now() + days * day).toISOString();
  const soon = await idOf(admin, { expiresAt: at(1) });
  const never = await idOf(admin, { expiresAt: null });
  const later = await idOf(admin, { expiresAt: at(300) });
  const keyIds = [soon, never, later].sort();
  const input = { action: "extend", keyIds, expirationDays: 90 } as const;
  await expect(change(admin, input, false)).rejects.toMatchObject({ code: "reauthentication_required" });
  const result = await change(admin, input);
  expect(result.changed).toBe(1);
  expect(new Map(result.unchanged.map(({ keyId, reason }) => [keyId, reason]))).toEqual(
    new Map([
      [never, "It never expires."],
      [later, "It already expires later."],
    ]),
  );
  expect((await rowOf(soon)).expiresAt?.getTime()).toBeGreaterThan(Date.now() + 89 * day);
});

test("S32 a transferred key does what it did before, with no higher role, and so do its successors", async () => {
  const owner = await member();
  const colleague = await member();
  const viewer = await member("viewer");
  const { key } = await makeKey(owner, { permissionLevel: "read_write" });
  const transfer = (ownerId: string, keyId = key.id) =>
    change(admin, { action: "transfer", keyIds: [keyId], ownerId });
  const reason = async (ownerId: string) => (await transfer(ownerId)).unchanged[0]?.reason;

  expect(await reason(viewer.userId)).toContain("is a viewer, whose keys can’t do what this key does");
  expect(await reason(owner.userId)).toContain("already owns it");
  expect(await rowOf(key.id)).toMatchObject({ ownerId: owner.userId, permissionLevel: "read_write" });

  expect(await transfer(colleague.userId)).toMatchObject({ changed: 1, unchanged: [] });
  expect(await rowOf(key.id)).toMatchObject({
    ...{ ownerId: colleague.userId, permissionLevel: "read_write", hash: key.hash },
  });
  expect(await eventsOf(key.id)).toMatchObject([{ action: "api_key.transferred" }]);

  const limited = await idOf(viewer, { permissionLevel: "read_only" });
  await db().apiKey.update({ where: { id: limited }, data: { permissionLevel: "read_write" } });
  await transfer(colleague.userId, limited);
  expect(await rowOf(limited), "what its viewer's role had withheld").toMatchObject({
    permissionLevel: "read_only",
  });
});

test("S32 a key of a member acts as a member's for an admin, and can't be rotated into more", async () => {
  const owner = await member();
  const { key, secret } = await makeKey(owner, { permissionLevel: "read_only" });
  await change(admin, { action: "transfer", keyIds: [key.id], ownerId: admin.userId });
  const roleOf = async (secretOf: string) => {
    const { record } = await runtime().engine.keyCache.find(hashSecret(secretOf).toString("hex"));
    return record?.role;
  };
  expect(await roleOf(secret)).toBe("member");
  const [shown] = await getApiKeys(admin, [key.id]);
  expect(shown).toMatchObject({ owner: { userId: admin.userId, role: "owner" }, role: "member" });
  const rotated = await rotateApiKey(admin, key.id, { overlapSeconds: 0 }, null);
  expect(await roleOf(rotated.secret)).toBe("member");

  await db().member.updateMany({ where: { userId: admin.userId }, data: { role: "viewer" } });
  const [lowered] = await getApiKeys(admin, [rotated.key.id]);
  expect(lowered?.role, "the owner's role, if it is lower").toBe("viewer");
});

test("only admins transfer, and only to active members of the workspace", async () => {
  const owner = await member();
  const keyIds = [await idOf(owner)];
  const service = await makeServiceMember(admin);
  await expect(change(owner, { action: "transfer", keyIds, ownerId: service.userId })).rejects.toMatchObject({
    code: "insufficient_permissions",
  });
  const { actor: stranger } = await makeWorkspace();
  for (const ownerId of [stranger.userId, "usr_none"])
    await expect(change(admin, { action: "transfer", keyIds, ownerId })).rejects.toMatchObject({
      code: "invalid_request",
    });
  await db().member.updateMany({ where: { userId: service.userId }, data: { suspendedAt: new Date() } });
  await expect(change(admin, { action: "transfer", keyIds, ownerId: service.userId })).rejects.toMatchObject({
    code: "invalid_request",
  });
});

test("a member changes only their own keys, and others' seem not to exist", async () => {
  const mine = await member();
  const keyIds = [await idOf(admin), await idOf(mine)];
  const result = await change(mine, { action: "revoke", keyIds });
  expect(result).toMatchObject({
    changed: 1,
    unchanged: [{ keyId: keyIds[0], reason: "API key not found." }],
  });
});

test("without API access keys can be revoked, nothing else", async () => {
  const keyIds = [await idOf(admin)];
  await db().workspace.update({ where: { id: workspace.id }, data: { apiAccess: false } });
  await expect(change(admin, { action: "disable", keyIds })).rejects.toMatchObject({
    code: "api_access_disabled",
  });
  expect(await change(admin, { action: "revoke", keyIds })).toMatchObject({ changed: 1 });
});

test("two batches over the same keys in opposite order both end, and each key is changed once", async () => {
  const keyIds = await Promise.all(Array.from({ length: 20 }, () => idOf(admin)));
  const results = await Promise.all([
    change(admin, { action: "revoke", keyIds: [...keyIds].sort() }),
    change(admin, { action: "revoke", keyIds: [...keyIds].sort().reverse() }),
  ]);
  expect(results.reduce((sum, { changed }) => sum + changed, 0)).toBe(20);
});
