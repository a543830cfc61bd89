import { expect, test } from "vitest";
import { leaseOverAfter } from "@/lib/engine/leases/lease";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeWorkspace } from "@/tests/factories/factories";
import { makeManagingKey } from "@/tests/factories/managing-key";
import { useKeyApi } from "@/tests/processes/key-api-server";
import { db, runtime } from "../runtime";
import { changeApiKey } from "./change-api-key";
import { revokeApiKey } from "./revoke-api-key";
import { rotateApiKey } from "./rotate-api-key";
import { cancelRotation } from "./rotation";

useRuntime();
const call = useKeyApi();
const managingKey = () => makeManagingKey(call);

type Json = Record<string, unknown> & { key_id: string; key: string };
const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const day = 86_400_000;

const codeOf = async (secret: string) => {
  const { status, json } = await call("/api/public/v1/me", { headers: { "x-api-key": secret } });
  return status === 200 ? "valid" : (json as { error: { code: string } }).error.code;
};
const rowOf = (id: string) => db().apiKey.findUniqueOrThrow({ where: { id } });

test("POST rotate answers like create, with the old key and its new expiry", async () => {
  const { ask, key: caller, owner, actor } = await managingKey();
  const limits = { environment: "staging", allowedIps: ["127.0.0.0/8"], rateLimitPerMinute: 70 };
  const { key: old, secret } = await makeKey(actor, { name: "nightly", ...limits, expiresInDays: 30 });
  await db().apiKey.update({
    where: { id: old.id },
    data: { expiresAt: new Date(old.createdAt.getTime() + 10 * day) },
  });
  const before = Date.now();
  const answer = await ask("POST", `/${old.id}/rotate`, {});
  expect([answer.status, answer.headers["cache-control"]]).toEqual([200, "no-store"]);
  const made = answer.json as Json;
  expect(made).toEqual({
    key_id: expect.stringMatching(/^key_/),
    name: "nightly",
    key: expect.stringMatching(/^kw_sk_/),
    key_prefix: made.key.slice(0, 10),
    key_suffix: made.key.slice(-4),
    permission_level: "read_write",
    can_manage_keys: false,
    environment: "staging",
    allowed_ips: ["127.0.0.0/8"],
    rate_limit_per_minute: 70,
    status: "active",
    created_at: timestamp,
    expires_at: timestamp,
    created_by: { type: "key", id: caller.id },
    owner: { user_id: owner.id, name: owner.name },
    rotated_from: old.id,
    previous_expires_at: timestamp,
  });
  const life = Date.parse(made.expires_at as string) - Date.parse(made.created_at as string);
  expect(Math.round(life / day), "its duration, counted from the rotation").toBe(30);
  const overlapEnd = Date.parse(made.previous_expires_at as string) - day;
  // The database's clock is read to the millisecond.
  expect(overlapEnd, "a day, unless said otherwise").toBeGreaterThanOrEqual(before - 1);
  expect(overlapEnd).toBeLessThanOrEqual(Date.now() + 1);
  expect([await codeOf(secret), await codeOf(made.key)]).toEqual(["valid", "valid"]);
  expect((await ask("GET", `/${old.id}`)).json).toMatchObject({ expires_at: made.previous_expires_at });
});

test("the old key never outlives its own expiry, and without an overlap it stops working before the response", async () => {
  const { ask, actor } = await managingKey();
  const { key: ending } = await makeKey(actor, { expiresInDays: 1 });
  const kept = (await ask("POST", `/${ending.id}/rotate`, { overlap_seconds: 604_800 })).json as Json;
  expect(kept.previous_expires_at).toBe(ending.expiresAt?.toISOString());

  const { key: old, secret } = await makeKey(actor);
  expect(await codeOf(secret)).toBe("valid");
  const made = (await ask("POST", `/${old.id}/rotate`, { overlap_seconds: 0 })).json as Json;
  const codes = await Promise.all(Array.from({ length: 10 }, () => codeOf(secret)));
  expect(new Set(codes)).toEqual(new Set(["expired_key"]));
  expect(await codeOf(made.key)).toBe("valid");
});

test("without an overlap the response waits until an unreachable instance's lease has ended", async () => {
  const { ask, actor } = await managingKey();
  const { key } = await makeKey(actor);
  await runtime().pool.query(
    "INSERT INTO decisions.instances (id, incarnation, lease_ms) VALUES (gen_random_uuid(), decisions.incarnation(), 600)",
  );
  const startedAt = performance.now();
  expect((await ask("POST", `/${key.id}/rotate`, { overlap_seconds: 0 })).status).toBe(200);
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(leaseOverAfter(600));
});

test("overlap_seconds is 0 to 604800 whole seconds, and other fields are rejected", async () => {
  const { ask, actor } = await managingKey();
  const { key } = await makeKey(actor);
  for (const [body, field] of [
    [{ overlap_seconds: -1 }, "overlap_seconds"],
    [{ overlap_seconds: 604_801 }, "overlap_seconds"],
    [{ overlap_seconds: 1.5 }, "overlap_seconds"],
    [{ overlap_seconds: "60" }, "overlap_seconds"],
    [{ name: "other" }, "name"],
  ] as const) {
    const answer = await ask("POST", `/${key.id}/rotate`, body);
    expect(answer.status).toBe(400);
    expect((answer.json as { error: { fields: object } }).error.fields).toHaveProperty(field);
  }
  expect((await rowOf(key.id)).rotatedToId).toBe(null);
  expect((await ask("GET", `/${key.id}/rotate`)).status).toBe(405);
  expect((await ask("POST", `/${key.id}/rotate`)).status).toBe(200);
});

test("S36 of fifty concurrent rotations one succeeds", async () => {
  const { ask, actor, workspace } = await managingKey();
  const { key } = await makeKey(actor);
  const before = await db().apiKey.count({ where: { workspaceId: workspace.id } });
  const rotate = async () => {
    let answer = await ask("POST", `/${key.id}/rotate`);
    // A machine without the time for fifty transactions says so, and to repeat the call is safe.
    while (answer.status === 503) answer = await ask("POST", `/${key.id}/rotate`);
    return answer;
  };
  const answers = await Promise.all(Array.from({ length: 50 }, rotate));
  const { rotatedToId } = await db().apiKey.findUniqueOrThrow({ where: { id: key.id } });
  const made = answers.filter(({ status }) => status === 200).map(({ json }) => (json as Json).key_id);
  // None, where the one that made it was told that it is not known everywhere yet.
  expect([[], [rotatedToId]]).toContainEqual(made);
  for (const { status, body } of answers.filter((answer) => answer.status !== 200))
    expect([status, body]).toEqual([409, expect.stringContaining(rotatedToId as string)]);
  expect(await db().apiKey.count({ where: { workspaceId: workspace.id } })).toBe(before + 1);
  const events = { targetId: key.id, action: "api_key.rotated" };
  expect(await db().auditEvent.count({ where: events })).toBe(1);
});

test("S38 rotation by id or current never touches another key", async () => {
  const { ask, key: caller, actor, workspace } = await managingKey();
  const { key: named } = await makeKey(actor);
  const others = [await makeKey(actor), await makeKey((await makeMember(workspace, "member")).actor)];
  const snapshot = () => Promise.all(others.map(({ key }) => rowOf(key.id)));
  const before = await snapshot();
  const callerBefore = await rowOf(caller.id);
  const byId = (await ask("POST", `/${named.id}/rotate`)).json as Json;
  expect(byId.rotated_from).toBe(named.id);
  expect(await rowOf(caller.id)).toEqual(callerBefore);
  const namedBefore = await rowOf(named.id);
  const current = (await ask("POST", "/current/rotate")).json as Json;
  expect(current).toMatchObject({ rotated_from: caller.id, can_manage_keys: true, name: caller.name });
  expect(await rowOf(named.id)).toEqual(namedBefore);
  expect(await snapshot()).toEqual(before);
  // The new one finishes the rotation: it is listed first, and may revoke.
  const headers = { "x-api-key": current.key };
  const listed = (await call("/auth/api-keys", { headers })).json as { keys: Json[] };
  expect(listed.keys[0]?.key_id).toBe(caller.id);
  expect((await call(`/auth/api-keys/${caller.id}`, { method: "DELETE", headers })).status).toBe(200);
});

test("a revoked, disabled, expired, or already rotated key is a conflict with the reason", async () => {
  const { ask, actor } = await managingKey();
  const said = async (keyId: string) => {
    const { status, json } = await ask("POST", `/${keyId}/rotate`);
    const { error } = json as { error: { code: string; message: string } };
    return [status, error.code, error.message];
  };
  const { key: revoked } = await makeKey(actor);
  await revokeApiKey(actor, revoked.id);
  expect(await said(revoked.id)).toEqual([409, "conflict", expect.stringContaining("is revoked")]);
  const { key: disabled } = await makeKey(actor);
  await changeApiKey(actor, disabled.id, { disabled: true });
  expect(await said(disabled.id)).toEqual([409, "conflict", expect.stringContaining("is disabled")]);
  const { key: expired } = await makeKey(actor);
  await db().apiKey.update({ where: { id: expired.id }, data: { expiresAt: new Date(Date.now() - 1000) } });
  expect(await said(expired.id)).toEqual([409, "conflict", expect.stringContaining("has expired")]);
  const { key: rotated } = await makeKey(actor);
  const { key_id } = (await ask("POST", `/${rotated.id}/rotate`)).json as Json;
  expect(await said(rotated.id)).toEqual([409, "conflict", expect.stringContaining(key_id)]);
});

test("PATCH rotation extends and shortens the overlap, and answers to the old key say when it ends", async () => {
  const { ask, actor } = await managingKey();
  const { key: old, secret } = await makeKey(actor, { expiresInDays: 30 });
  const use = () => call("/api/public/v1/me", { headers: { "x-api-key": secret } });
  expect((await use()).headers).not.toHaveProperty("x-keyward-key-rotated");
  expect((await ask("PATCH", `/${old.id}/rotation`, { overlap_seconds: 60 })).status, "not rotated").toBe(
    409,
  );
  const made = (await ask("POST", `/${old.id}/rotate`, { overlap_seconds: 3600 })).json as Json;
  const longer = (await ask("PATCH", `/${old.id}/rotation`, { overlap_seconds: 604_800 })).json as Json;
  expect(longer).toMatchObject({ key_id: old.id, rotated_to: made.key_id });
  expect(Date.parse(longer.expires_at as string) - Date.now()).toBeGreaterThan(6.9 * day);
  const { headers } = await use();
  expect(headers["x-keyward-key-rotated"]).toBe(`ends=${longer.expires_at}`);
  expect(headers.deprecation).toMatch(/^@\d+$/);
  expect(Date.parse(headers.sunset as string)).toBe(
    Math.floor(Date.parse(longer.expires_at as string) / 1000) * 1000,
  );
  const forwarded = await call("/api/forward-auth", {
    headers: { "x-api-key": secret, "x-forwarded-method": "GET", "x-forwarded-uri": "/v1" },
  });
  expect(forwarded.headers["x-keyward-key-rotated"]).toBe(`ends=${longer.expires_at}`);

  expect((await ask("PATCH", `/${old.id}/rotation`, { overlap_seconds: 0 })).status).toBe(200);
  expect(await codeOf(secret)).toBe("expired_key");
  expect((await ask("PATCH", `/${old.id}/rotation`, { overlap_seconds: 60 })).status, "it has ended").toBe(
    409,
  );
  for (const body of [
    { overlap_seconds: null },
    { overlap_seconds: 604_801 },
    {},
    { overlap_seconds: 1, x: 1 },
  ])
    expect((await ask("PATCH", `/${old.id}/rotation`, body)).status, JSON.stringify(body)).toBe(400);
});

test("the overlap never passes the expiry that the key had before, and a key doesn't extend its own", async () => {
  const { ask, actor } = await managingKey();
  const { key: old } = await makeKey(actor, { expiresInDays: 1 });
  await ask("POST", `/${old.id}/rotate`, { overlap_seconds: 60 });
  const moved = (await ask("PATCH", `/${old.id}/rotation`, { overlap_seconds: 604_800 })).json as Json;
  expect(moved.expires_at).toBe(old.expiresAt?.toISOString());

  expect((await ask("POST", "/current/rotate", { overlap_seconds: 600 })).status).toBe(200);
  expect((await ask("PATCH", "/current/rotation", { overlap_seconds: 6000 })).status).toBe(403);
  expect((await ask("PATCH", "/current/rotation", { overlap_seconds: 60 })).status).toBe(200);
});

test("DELETE rotation revokes the successor and restores the expiry, unless the successor was used", async () => {
  const { ask, actor } = await managingKey();
  const { key: old, secret } = await makeKey(actor, { expiresInDays: 30 });
  const rotate = async () => (await ask("POST", `/${old.id}/rotate`, { overlap_seconds: 3600 })).json as Json;
  const first = await rotate();
  const canceled = await ask("DELETE", `/${old.id}/rotation`);
  expect([canceled.status, canceled.json]).toMatchObject([
    200,
    { key_id: old.id, expires_at: old.expiresAt?.toISOString(), revoked_key_id: first.key_id },
  ]);
  expect(canceled.json).not.toHaveProperty("rotated_to");
  expect([await codeOf(first.key), await codeOf(secret)]).toEqual(["revoked_key", "valid"]);
  expect((await ask("DELETE", `/${old.id}/rotation`)).status, "again").toBe(409);

  const second = await rotate();
  expect(await codeOf(second.key)).toBe("valid");
  const refused = await ask("DELETE", `/${old.id}/rotation`);
  expect([refused.status, refused.body]).toEqual([409, expect.stringContaining("was used")]);
  expect((await ask("DELETE", `/${old.id}/rotation?force=0`)).status).toBe(409);
  expect((await ask("DELETE", `/${old.id}/rotation?force=yes`)).status).toBe(400);
  expect(await codeOf(second.key)).toBe("valid");
  expect((await ask("DELETE", `/${old.id}/rotation?force=1`)).status).toBe(200);
  expect(await codeOf(second.key)).toBe("revoked_key");
});

test("a key that was rotated without an overlap works again if that is canceled, and not if it was revoked", async () => {
  const { ask, actor } = await managingKey();
  const { key: old, secret } = await makeKey(actor);
  await ask("POST", `/${old.id}/rotate`, { overlap_seconds: 0 });
  expect(await codeOf(secret)).toBe("expired_key");
  expect((await ask("DELETE", `/${old.id}/rotation`)).status).toBe(200);
  expect(await codeOf(secret)).toBe("valid");
  await ask("POST", `/${old.id}/rotate`);
  await revokeApiKey(actor, old.id);
  expect((await ask("DELETE", `/${old.id}/rotation`)).status).toBe(409);
});

test("S36 of concurrent cancellations one succeeds", async () => {
  const { ask, actor } = await managingKey();
  const { key: old } = await makeKey(actor);
  await ask("POST", `/${old.id}/rotate`);
  const answers = await Promise.all(Array.from({ length: 10 }, () => ask("DELETE", `/${old.id}/rotation`)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(9);
  const events = { targetId: old.id, action: "api_key.rotation_canceled" };
  expect(await db().auditEvent.count({ where: events })).toBe(1);
});

test("S32 rotation may narrow what the new key may do, and never widens it where a key asks", async () => {
  const { ask, actor } = await managingKey();
  const { key: old } = await makeKey(actor);
  const narrowed = await ask("POST", `/${old.id}/rotate`, { permission_level: "read_only" });
  expect([narrowed.status, narrowed.json]).toMatchObject([200, { permission_level: "read_only" }]);
  const { key_id } = narrowed.json as Json;
  const widened = await ask("POST", `/${key_id}/rotate`, { permission_level: "read_write" });
  expect([widened.status, widened.json]).toMatchObject([
    403,
    { error: { code: "insufficient_permissions" } },
  ]);
  for (const body of [
    { permissions: ["files:read"] },
    { permission_level: "custom" },
    { overlap_seconds: null },
  ])
    expect((await ask("POST", `/${key_id}/rotate`, body)).status, JSON.stringify(body)).toBe(400);
});

test("people can keep the old key until they finish, and give what the owner's role allows", async () => {
  const { actor } = await managingKey();
  const { key: old, secret } = await makeKey(actor, { permissionLevel: "read_only" });
  const rotation = await rotateApiKey(
    actor,
    old.id,
    { overlapSeconds: null, permissionLevel: "read_write" },
    null,
  );
  expect(rotation).toMatchObject({ previousExpiresAt: null, key: { permissionLevel: "read_write" } });
  const { headers } = await call("/api/public/v1/me", { headers: { "x-api-key": secret } });
  expect(headers["x-keyward-key-rotated"]).toBe("ends=unknown");
  await revokeApiKey(actor, old.id);
  expect([await codeOf(secret), await codeOf(rotation.secret)]).toEqual(["revoked_key", "valid"]);
});

test("S31 a key can't rotate keys that it can't see or that have more rights", async () => {
  const admin = await makeWorkspace();
  const member = await makeMember(admin.workspace, "admin");
  const { secret } = await makeKey(member.actor, {
    canManageKeys: true,
    permissionLevel: "read_write",
    allowedIps: ["127.0.0.0/8"],
    rateLimitPerMinute: 60,
    expiresInDays: 10,
  });
  const rotate = (keyId: string) =>
    call(`/auth/api-keys/${keyId}/rotate`, { method: "POST", headers: { "x-api-key": secret } });
  const bounds = { allowedIps: ["127.0.0.1"], rateLimitPerMinute: 60, expiresInDays: 10 };
  const { key: within } = await makeKey(member.actor, bounds);
  expect((await rotate(within.id)).status).toBe(200);
  for (const more of [
    { allowedIps: [] },
    { rateLimitPerMinute: 61 },
    { rateLimitPerMinute: null },
    { expiresInDays: 11 },
    { expiresInDays: null },
  ]) {
    const { key } = await makeKey(member.actor, { ...bounds, ...more });
    expect((await rotate(key.id)).status, JSON.stringify(more)).toBe(403);
    expect((await rowOf(key.id)).rotatedToId).toBe(null);
  }
  // An admin's key sees the owner's, but would act as owner with what it got for it.
  const { key: owners } = await makeKey(admin.actor, bounds);
  expect((await rotate(owners.id)).status).toBe(403);
  const { key: elsewhere } = await makeKey((await makeWorkspace()).actor, bounds);
  expect([(await rotate(elsewhere.id)).status, (await rotate("key_none")).status]).toEqual([404, 404]);
  const { secret: plain } = await makeKey(member.actor);
  const answer = await call("/auth/api-keys/current/rotate", {
    method: "POST",
    headers: { "x-api-key": plain },
  });
  expect([answer.status, answer.json]).toMatchObject([403, { error: { code: "insufficient_permissions" } }]);
});

test("the successor keeps its owner, and a suspended owner's keys can't be rotated", async () => {
  const { ask, workspace, key: caller } = await managingKey();
  const { actor, user } = await makeMember(workspace, "member");
  const { key: theirs } = await makeKey(actor);
  const made = (await ask("POST", `/${theirs.id}/rotate`)).json as Json;
  expect(made).toMatchObject({
    owner: { user_id: user.id },
    created_by: { type: "key", id: caller.id },
  });
  const { key: next } = await makeKey(actor);
  await db().member.updateMany({ where: { userId: user.id }, data: { suspendedAt: new Date() } });
  await runtime().engine.rejections.waitUntilRejectedEverywhere();
  expect((await ask("POST", `/${next.id}/rotate`)).status).toBe(409);
});

test("an Idempotency-Key rotates each key once", async () => {
  const { actor, secret } = await managingKey();
  const [one, other] = [await makeKey(actor), await makeKey(actor)];
  const rotate = (keyId: string, body: object = {}) =>
    call(`/auth/api-keys/${keyId}/rotate`, {
      method: "POST",
      headers: { "x-api-key": secret, "idempotency-key": "once" },
      body,
    });
  const first = (await rotate(one.key.id)).json as Json;
  const again = await rotate(one.key.id);
  expect([again.status, again.body.includes(first.key_id)]).toEqual([409, true]);
  expect((await rotate(one.key.id, { overlap_seconds: 5 })).status).toBe(400);
  expect((await rotate(other.key.id)).status).toBe(200);
});

test("a rotation is one audit event, and one more if the new key manages keys", async () => {
  const { ask, key: caller, workspace } = await managingKey();
  const { key_id, key_prefix, key_suffix } = (await ask("POST", "/current/rotate")).json as Json;
  const events = await db().auditEvent.findMany({
    where: { workspaceId: workspace.id, actorId: caller.id },
    // Ids of one millisecond have no order.
    orderBy: { action: "desc" },
  });
  expect(events).toMatchObject([
    {
      action: "api_key.rotated",
      targetId: caller.id,
      details: { successor: key_id, key: `${key_prefix}…${key_suffix}` },
    },
    { action: "api_key.manage_granted", targetId: key_id },
  ]);
});

test("a person can rotate an expired key: the old one stays expired, also when that is canceled", async () => {
  const { actor } = await makeWorkspace();
  const { key: old, secret } = await makeKey(actor, { expiresInDays: 30 });
  const expiresAt = new Date(Date.now() - 60_000);
  await db().apiKey.update({ where: { id: old.id }, data: { expiresAt } });
  const {
    key,
    secret: fresh,
    previousExpiresAt,
  } = await rotateApiKey(actor, old.id, { overlapSeconds: 3600 }, null);
  expect(previousExpiresAt).toEqual(expiresAt);
  expect([await codeOf(secret), await codeOf(fresh)]).toEqual(["expired_key", "valid"]);
  const life = (key.expiresAt?.getTime() ?? 0) - key.createdAt.getTime();
  expect(Math.round(life / day), "its duration, counted from the rotation").toBe(30);
  await cancelRotation(actor, old.id, true);
  expect(await rowOf(old.id)).toMatchObject({ expiresAt, rotatedToId: null });
  expect([await codeOf(secret), await codeOf(fresh)]).toEqual(["expired_key", "revoked_key"]);
});

test("the successor of an expired key takes a place of its own among the workspace's keys", async () => {
  const { actor } = await makeWorkspace();
  const { key: old } = await makeKey(actor);
  const { env } = runtime();
  const before = env.apiKeysPerWorkspace;
  env.apiKeysPerWorkspace = 1;
  try {
    await db().apiKey.update({ where: { id: old.id }, data: { expiresAt: new Date(Date.now() - 60_000) } });
    await makeKey(actor);
    await expect(rotateApiKey(actor, old.id, { overlapSeconds: 0 }, null)).rejects.toThrow(/limit of 1/);
  } finally {
    env.apiKeysPerWorkspace = before;
  }
});
