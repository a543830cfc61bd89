import { expect, test } from "vitest";
import type { CreateApiKeyInput } from "@/lib/contracts/api-key-input";
import { systemActor } from "@/lib/server/actor";
import { setRequestsPerMinute } from "@/lib/server/workspaces/workspace-settings";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { useKeyApi } from "@/tests/processes/key-api-server";
import { db, runtime } from "../runtime";

useRuntime();
const call = useKeyApi();
const daySeconds = 86_400;

type Made = { key: string; key_id: string; created_at: string; expires_at: string | null };

/** A managing key, and the response when it creates another key. */
async function creator(limits: Partial<CreateApiKeyInput> = {}) {
  const made = await makeWorkspace();
  const { key, secret } = await makeKey(made.actor, { canManageKeys: true, ...limits });
  const headers = { "x-api-key": secret };
  const create = (body: object) =>
    call("/auth/api-keys", {
      method: "POST",
      headers,
      body: { name: "child", permission_level: "read_only", ...body },
    });
  const change = (id: string, body: object) =>
    call(`/auth/api-keys/${id}`, { method: "PATCH", headers, body });
  const revoke = (id: string) => call(`/auth/api-keys/${id}`, { method: "DELETE", headers });
  const rotate = (id: string) => call(`/auth/api-keys/${id}/rotate`, { method: "POST", headers, body: {} });
  return { ...made, key, create, change, revoke, rotate };
}

function lifeSeconds({ created_at, expires_at }: Made): number | null {
  return expires_at === null ? null : Math.round((Date.parse(expires_at) - Date.parse(created_at)) / 1000);
}

test("S32 omitted fields are inherited from the creator", async () => {
  const limits = { environment: "staging", allowedIps: ["127.0.0.0/8"], rateLimitPerMinute: 70 };
  const { create } = await creator({ ...limits, expiresInDays: 10 });
  const answer = await create({});
  expect(answer.json).toMatchObject({
    environment: "staging",
    allowed_ips: ["127.0.0.0/8"],
    rate_limit_per_minute: 70,
    can_manage_keys: true,
  });
  expect(lifeSeconds(answer.json)).toBe(10 * daySeconds);
  const endless = await creator();
  expect(lifeSeconds((await endless.create({})).json)).toBe(null);
});

test("S32 an omitted lifetime is the creator's full lifetime, counted from now", async () => {
  const { create, key } = await creator({ expiresInDays: 10 });
  await db().apiKey.update({ where: { id: key.id }, data: { expiresAt: new Date(Date.now() + 3_600_000) } });
  await runtime().engine.rejections.waitUntilRejectedEverywhere();
  expect(lifeSeconds((await create({})).json)).toBe(10 * daySeconds);
});

test("S32 a key can't create a key that exceeds it", async () => {
  const { create, workspace } = await creator({
    allowedIps: ["127.0.0.0/8", "2001:db8::/32"],
    rateLimitPerMinute: 70,
    expiresInDays: 10,
  });
  const excesses = [
    { allowed_ips: [] },
    { allowed_ips: ["0.0.0.0/0"] },
    { allowed_ips: ["127.0.0.0/7"] },
    { allowed_ips: ["127.0.0.1", "203.0.113.1"] },
    { allowed_ips: ["2001:db8::/31"] },
    { rate_limit_per_minute: 71 },
    { expires_in_days: 11 },
    { expires_in_days: null },
    { expires_at: null },
    { expires_at: new Date(Date.now() + 11 * daySeconds * 1000).toISOString() },
  ];
  for (const body of excesses) {
    const answer = await create(body);
    expect(answer.status, JSON.stringify(body)).toBe(403);
    expect(answer.json).toMatchObject({ error: { code: "insufficient_permissions" } });
  }
  expect(await db().apiKey.count({ where: { workspaceId: workspace.id } })).toBe(1);
  const less = {
    allowed_ips: ["127.0.0.1", "2001:db8:1::/48"],
    rate_limit_per_minute: 1,
    expires_in_days: 1,
    can_manage_keys: false,
  };
  expect((await create(less)).status).toBe(200);
});

test("S32 an IPv4-mapped IPv6 block is treated as IPv4", async () => {
  const sixOnly = await creator({ allowedIps: ["::/0", "127.0.0.1"] });
  for (const block of ["::ffff:203.0.113.1", "::ffff:0:0/96"]) {
    expect((await sixOnly.create({ allowed_ips: [block] })).status, block).toBe(403);
  }
  const four = await creator({ allowedIps: ["127.0.0.0/8"] });
  expect((await four.create({ allowed_ips: ["::ffff:127.0.0.0/112"] })).status).toBe(200);
});

test("S32 the limit that applies to a key bounds the limits it can give", async () => {
  const plain = await creator();
  expect((await plain.create({ rate_limit_per_minute: 601 })).status).toBe(403);
  expect((await plain.create({ rate_limit_per_minute: 600 })).status).toBe(200);
  await setRequestsPerMinute(systemActor(plain.workspace.id, "Operator"), 100);
  expect((await plain.create({ rate_limit_per_minute: 101 })).status).toBe(403);
  expect((await plain.create({ rate_limit_per_minute: 100 })).status).toBe(200);
  await setRequestsPerMinute(systemActor(plain.workspace.id, "Operator"), 1000);
  expect((await plain.create({ rate_limit_per_minute: 1000 })).status).toBe(200);
});

test("S32 a read-only key can't create keys", async () => {
  const { create } = await creator({ permissionLevel: "read_only" });
  expect((await create({})).json).toMatchObject({ error: { code: "insufficient_permissions" } });
});

test("each grant of the permission to manage keys is an audit event", async () => {
  const { create } = await creator();
  const granted = (await create({})).json as Made;
  const plain = (await create({ can_manage_keys: false })).json as Made;
  const actions = async (targetId: string) =>
    (await db().auditEvent.findMany({ where: { targetId }, orderBy: { id: "asc" } })).map(
      ({ action }) => action,
    );
  expect(await actions(granted.key_id)).toEqual(["api_key.created", "api_key.manage_granted"]);
  expect(await actions(plain.key_id)).toEqual(["api_key.created"]);
});

test("a key can shorten but not extend its own lifetime, and gives others at most its own lifetime", async () => {
  const { actor, change, key } = await creator({ expiresInDays: 10 });
  expect((await change("current", { expiration_days: 20 })).status).toBe(403);
  const { key: other } = await makeKey(actor, { expiresInDays: 1 });
  expect((await change(other.id, { expiration_days: 11 })).json).toMatchObject({
    error: { code: "insufficient_permissions" },
  });
  expect((await change(other.id, { expiration_days: 10 })).status).toBe(200);
  expect((await change("current", { expiration_days: 5 })).status).toBe(200);
  expect((await change(key.id, { expiration_days: 6 })).status).toBe(403);
  expect((await change(other.id, { expiration_days: 6 })).status).toBe(403);
});

test("S41 a key changes and revokes only keys without more rights than its own", async () => {
  const { actor, change, revoke } = await creator({ allowedIps: ["127.0.0.0/8"] });
  const wider = await makeKey(actor, { permissionLevel: "read_only" });
  const narrower = await makeKey(actor, { allowedIps: ["127.0.0.1"], canManageKeys: true });
  expect((await change(wider.key.id, { name: "taken" })).json).toMatchObject({
    error: { code: "insufficient_permissions" },
  });
  expect((await revoke(wider.key.id)).status).toBe(403);
  expect(await db().apiKey.findUnique({ where: { id: wider.key.id } })).toMatchObject({
    name: "blog ingest",
    revokedAt: null,
  });
  expect((await change(narrower.key.id, { name: "renamed" })).status).toBe(200);
  expect((await revoke(narrower.key.id)).status).toBe(200);
});

test("S33 a key created by a revoked key keeps working and names its creator", async () => {
  const { create, revoke, key } = await creator();
  const child = (await create({})).json as Made;
  await revoke("current");
  const answer = await call("/auth/api-keys/current", { headers: { "x-api-key": child.key } });
  expect(answer.json).toMatchObject({ status: "active", created_by: { type: "key", id: key.id } });
});

test("S32 S41 a key outside production creates, changes, rotates, and revokes only keys of its own environment", async () => {
  const { create, change, revoke, rotate, actor, workspace } = await creator({ environment: "dev" });
  for (const environment of ["production", "staging"]) {
    expect((await create({ environment })).status, environment).toBe(403);
    const { key } = await makeKey(actor, { environment });
    for (const answer of [
      await change(key.id, { expiration_days: 1 }),
      await rotate(key.id),
      await revoke(key.id),
    ])
      expect([answer.status, answer.json], environment).toEqual([
        403,
        { error: expect.objectContaining({ code: "insufficient_permissions" }) },
      ]);
  }
  const own = await create({});
  expect(own.json).toMatchObject({ environment: "dev" });
  expect((await create({ environment: "dev" })).status).toBe(200);
  const { key_id: id } = own.json as Made;
  expect((await change(id, { name: "renamed" })).status).toBe(200);
  expect((await rotate(id)).json).toMatchObject({ environment: "dev" });
  expect((await revoke(id)).status).toBe(200);
  const production = { workspaceId: workspace.id, environment: "production" };
  expect(await db().apiKey.count({ where: production })).toBe(1);
});

test("a production key creates keys in every environment", async () => {
  const { create } = await creator();
  expect((await create({})).json).toMatchObject({ environment: "production" });
  expect((await create({ environment: "dev" })).json).toMatchObject({ environment: "dev" });
});

test("S33 with_created_keys=1 revokes what a key made with it, all of it or nothing", async () => {
  const { create, revoke, key, actor } = await creator();
  const parent = (await create({ permission_level: "read_write" })).json as Made;
  const child = await makeKey(actor, { canManageKeys: true });
  const setParent = { createdByType: "key", createdById: parent.key_id } as const;
  await db().apiKey.update({ where: { id: child.key.id }, data: setParent });
  await db().apiKey.update({ where: { id: key.id }, data: { environment: "staging" } });
  await runtime().engine.rejections.waitUntilRejectedEverywhere();
  const isRevoked = async (id: string) =>
    (await db().apiKey.findUniqueOrThrow({ where: { id } })).revokedAt !== null;
  await db().apiKey.update({ where: { id: parent.key_id }, data: { environment: "staging" } });
  expect((await revoke(`${parent.key_id}?with_created_keys=yes`)).status).toBe(400);
  expect((await revoke(`${parent.key_id}?with_created_keys=1`)).status, "the child is in production").toBe(
    403,
  );
  expect(await isRevoked(parent.key_id)).toBe(false);

  await db().apiKey.update({ where: { id: child.key.id }, data: { environment: "staging" } });
  const answer = await revoke(`${parent.key_id}?with_created_keys=1`);
  expect(answer.json).toMatchObject({ status: "revoked", created_keys: 1 });
  expect(await isRevoked(child.key.id)).toBe(true);
  const alone = (await create({ name: "alone" })).json as Made;
  expect((await revoke(alone.key_id)).json).not.toHaveProperty("created_keys");
});
