import { expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember } from "@/tests/factories/factories";
import { makeManagingKey } from "@/tests/factories/managing-key";
import { useKeyApi } from "@/tests/processes/key-api-server";
import { db } from "../runtime";

useRuntime();
const call = useKeyApi();
const managingKey = () => makeManagingKey(call);

type Json = Record<string, unknown>;
const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

test("POST answers 200 with the key and its rights, and the key works", async () => {
  const { ask, key: maker, owner } = await managingKey();
  const answer = await ask("POST", "", {
    name: "  ci  ",
    permission_level: "read_only",
    can_manage_keys: false,
  });
  expect(answer.status).toBe(200);
  expect(answer.headers["cache-control"]).toBe("no-store");
  const { key, ...rest } = answer.json as Json & { key: string };
  expect(key).toMatch(/^kw_sk_[0-9A-Za-z]{38}$/);
  expect(rest).toEqual({
    key_id: expect.stringMatching(/^key_/),
    name: "ci",
    key_prefix: key.slice(0, 10),
    key_suffix: key.slice(-4),
    permission_level: "read_only",
    can_manage_keys: false,
    environment: "production",
    allowed_ips: [],
    rate_limit_per_minute: null,
    status: "active",
    created_at: timestamp,
    expires_at: null,
    created_by: { type: "key", id: maker.id },
    owner: { user_id: owner.id, name: owner.name },
  });
  expect((await call("/api/public/v1/me", { headers: { "x-api-key": key } })).status).toBe(200);
});

test("POST stores every field", async () => {
  const { ask } = await managingKey();
  const expiry = new Date(Date.now() + 3 * 86_400_000).toISOString();
  const asked = {
    name: "Größe 1",
    permission_level: "read_write",
    can_manage_keys: true,
    environment: "staging_2",
    allowed_ips: ["203.0.113.0/24", "2001:db8::1"],
    rate_limit_per_minute: 60,
    expires_at: expiry,
  };
  const made = (await ask("POST", "", asked)).json as Json;
  expect(made).toMatchObject(asked);
  expect((await ask("GET", `/${made.key_id}`)).json).toMatchObject(asked);
  const days = (await ask("POST", "", { name: "x", permission_level: "read_only", expires_in_days: 30 }))
    .json as Json;
  const life = Date.parse(days.expires_at as string) - Date.parse(days.created_at as string);
  // Thirty days, and the time between two readings of a clock.
  expect(Math.abs(life - 30 * 86_400_000)).toBeLessThan(60_000);
});

test("S34 S46 an invalid or unknown field is 400 under the name it was sent with, and creates nothing", async () => {
  const { ask, workspace } = await managingKey();
  const good = { name: "x", permission_level: "read_only" };
  const far = new Date(Date.now() + 4000 * 86_400_000).toISOString();
  const cases: [Json, string][] = [
    [{ permission_level: "read_only" }, "name"],
    [{ ...good, name: "   " }, "name"],
    [{ ...good, name: "x".repeat(101) }, "name"],
    [{ ...good, name: { $ne: null } }, "name"],
    [{ ...good, name: ["x"] }, "name"],
    [{ ...good, name: null }, "name"],
    [{ name: "x" }, "permission_level"],
    [{ ...good, permission_level: "admin" }, "permission_level"],
    [{ ...good, can_manage_keys: "true" }, "can_manage_keys"],
    [{ ...good, environment: "Production" }, "environment"],
    [{ ...good, environment: "e".repeat(31) }, "environment"],
    [{ ...good, environment: "" }, "environment"],
    [{ ...good, expires_in_days: 0 }, "expires_in_days"],
    [{ ...good, expires_in_days: 1.5 }, "expires_in_days"],
    [{ ...good, expires_in_days: "30" }, "expires_in_days"],
    [{ ...good, expires_in_days: 1e9 }, "expires_in_days"],
    [{ ...good, expires_at: "tomorrow" }, "expires_at"],
    [{ ...good, expires_at: "2020-01-01T00:00:00Z" }, "expires_at"],
    [{ ...good, expires_at: far }, "expires_at"],
    [{ ...good, expires_at: far, expires_in_days: 1 }, "expires_at"],
    [{ ...good, allowed_ips: "203.0.113.1" }, "allowed_ips"],
    [{ ...good, allowed_ips: ["203.0.113.1/33"] }, "allowed_ips.0"],
    [{ ...good, allowed_ips: ["010.0.0.1"] }, "allowed_ips.0"],
    [{ ...good, rate_limit_per_minute: 0 }, "rate_limit_per_minute"],
    [{ ...good, rate_limit_per_minute: -1 }, "rate_limit_per_minute"],
    [{ ...good, userId: "usr_1" }, "userId"],
    [{ ...good, workspaceId: "ws_1" }, "workspaceId"],
    [{ ...good, expiresAt: far }, "expiresAt"],
    [{ ...good, role: "owner" }, "role"],
    [{ ...good, hash: "00" }, "hash"],
    [{ ...good, constructor: {} }, "constructor"],
  ];
  for (const [body, field] of cases) {
    const answer = await ask("POST", "", body);
    expect(answer.status, JSON.stringify(body)).toBe(400);
    expect(answer.json).toMatchObject({
      error: { code: "invalid_request", fields: { [field]: expect.any(String) } },
    });
  }
  expect(await db().apiKey.count({ where: { workspaceId: workspace.id } })).toBe(1);
});

test("S56 names with control, bidi, or zero-width characters are rejected; similar names differ by hint", async () => {
  const { ask } = await managingKey();
  for (const name of ["a\u0000b", "a\nb", "a\u202eb", "a\u200bb", "a\u2066b", "a\ufeffb", "a\u2028b"]) {
    const answer = await ask("POST", "", { name, permission_level: "read_only" });
    expect(answer.json, JSON.stringify(name)).toMatchObject({
      error: { fields: { name: expect.any(String) } },
    });
  }
  const hints = new Set<unknown>();
  for (const name of ["prod", "рrod", "prod"]) {
    const { key_prefix, key_suffix } = (await ask("POST", "", { name, permission_level: "read_only" }))
      .json as Json;
    hints.add(`${key_prefix}…${key_suffix}`);
  }
  expect(hints.size).toBe(3);
});

test("GET /{key_id} shows the key without its secret, and current is the calling key", async () => {
  const { ask, key, secret } = await managingKey();
  const current = await ask("GET", "/current");
  expect(current.status).toBe(200);
  expect(current.json).toMatchObject({
    key_id: key.id,
    name: "rotator",
    last_used_at: timestamp,
    revoked_at: null,
  });
  expect(current.json).not.toHaveProperty("key");
  expect(current.body).not.toContain(secret);
  expect((await ask("GET", `/${key.id}`)).json).toMatchObject({ key_id: key.id });
});

test("PATCH and PUT rename, disable, enable, and change the expiry, each with one audit event", async () => {
  const { ask, actor } = await managingKey();
  const { key, secret } = await makeKey(actor);
  const status = async () => (await call("/api/public/v1/me", { headers: { "x-api-key": secret } })).status;
  expect((await ask("PATCH", `/${key.id}`, { name: " new " })).json).toMatchObject({
    name: "new",
    status: "active",
  });
  expect((await ask("PUT", `/${key.id}`, { disabled: true })).json).toMatchObject({ status: "disabled" });
  expect(await status()).toBe(401);
  expect((await ask("PATCH", `/${key.id}`, { disabled: false })).json).toMatchObject({ status: "active" });
  expect(await status()).toBe(200);
  const moved = (await ask("PATCH", `/${key.id}`, { expiration_days: 7 })).json as Json;
  expect(Math.abs(Date.parse(moved.expires_at as string) - Date.now() - 7 * 86_400_000)).toBeLessThan(60_000);
  expect((await ask("PATCH", `/${key.id}`, { name: "new", disabled: false })).status).toBe(200);
  expect((await ask("PATCH", `/${key.id}`, {})).status).toBe(200);
  const events = await db().auditEvent.findMany({ where: { targetId: key.id }, orderBy: { id: "asc" } });
  expect(events.map(({ action }) => action)).toEqual([
    "api_key.created",
    "api_key.renamed",
    "api_key.disabled",
    "api_key.enabled",
    "api_key.expiry_changed",
  ]);
});

test("permissions are fixed at creation, and an impossible change names its field", async () => {
  const { ask, key } = await managingKey();
  for (const method of ["PATCH", "PUT"]) {
    for (const level of ["read_only", "read_write", null]) {
      const answer = await ask(method, `/${key.id}`, { permission_level: level });
      expect(answer.json).toMatchObject({
        error: { code: "invalid_request", fields: { permission_level: expect.any(String) } },
      });
    }
  }
  for (const [body, field] of [
    [{ name: "" }, "name"],
    [{ expiration_days: 0 }, "expiration_days"],
    [{ disabled: "yes" }, "disabled"],
    [{ can_manage_keys: false }, "can_manage_keys"],
    [{ owner: "usr_1" }, "owner"],
  ] as const) {
    expect((await ask("PATCH", `/${key.id}`, body)).json).toMatchObject({
      error: { fields: { [field]: expect.any(String) } },
    });
  }
});

test("unknown ids, malformed ids, and ids of other workspaces get the same 404 in every call", async () => {
  const { ask } = await managingKey();
  const foreign = await managingKey();
  const bodies = new Set<string>();
  for (const id of [
    "key_00000000000000000000000000",
    foreign.key.id,
    "undefined",
    "KEY",
    "%00",
    "a'b",
    "x".repeat(200),
  ]) {
    for (const method of ["GET", "PATCH", "DELETE"]) {
      const answer = await ask(method, `/${id}`, method === "PATCH" ? { name: "mine" } : undefined);
      expect(answer.status, `${method} ${id}`).toBe(404);
      const { request_id, ...error } = (answer.json as { error: Json }).error;
      bodies.add(JSON.stringify(error));
    }
  }
  expect(bodies.size).toBe(1);
  expect(await db().apiKey.findUnique({ where: { id: foreign.key.id } })).toMatchObject({
    name: "rotator",
    revokedAt: null,
  });
});

test("S41 an admin's managing key sees all keys of its workspace and none of another", async () => {
  const { ask, workspace, key } = await managingKey();
  const { actor } = await makeMember(workspace, "member");
  const { key: theirs } = await makeKey(actor);
  const { keys, total } = (await ask("GET")).json as { keys: { key_id: string }[]; total: number };
  expect([keys.map(({ key_id }) => key_id), total]).toEqual([[key.id, theirs.id], 2]);
});
