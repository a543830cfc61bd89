import { expect, test } from "vitest";
import { revokeApiKey } from "@/lib/server/keys/revoke-api-key";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeWorkspace } from "@/tests/factories/factories";
import { useKeyApi } from "@/tests/processes/key-api-server";

const token = "a-service-token-of-a-test";
useRuntime({ SERVICE_TOKEN: token });
const call = useKeyApi();
const bearer = { authorization: `Bearer ${token}` };

const verify = (body: unknown, headers: Record<string, string> = bearer) =>
  call("/api/v1/verify", { method: "POST", headers, body });
const introspect = (form: Record<string, string>, headers: Record<string, string> = bearer) =>
  call("/oauth/introspect", {
    method: "POST",
    headers: [...Object.entries(headers), ["content-type", "application/x-www-form-urlencoded"]],
    body: new URLSearchParams(form).toString(),
  });

test("verify answers 200 with the key and its remaining limit", async () => {
  const { actor, workspace, owner } = await makeWorkspace();
  const { secret, key } = await makeKey(actor, { name: "blog", rateLimitPerMinute: 10 });
  const answer = await verify({ key: secret });
  expect([answer.status, answer.json]).toEqual([
    200,
    {
      valid: true,
      code: "valid",
      workspace_id: workspace.id,
      user_id: owner.id,
      role: "owner",
      external_workspace_id: null,
      external_user_id: null,
      key_id: key.id,
      name: "blog",
      permission_level: "read_write",
      permissions: [],
      environment: "production",
      metadata: {},
      expires_at: null,
      rate_limit: { limit: 10, window_seconds: 60, remaining: 9, reset_at: expect.any(String) },
    },
  ]);
});

test("verify checks the stricter of method and permission, and neither if both are omitted", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { permissionLevel: "read_only" });
  const code = async (body: object) =>
    ((await verify({ key: secret, ...body })).json as { code: string }).code;
  expect(await code({})).toBe("valid");
  expect(await code({ permission: "read" })).toBe("valid");
  expect(await code({ method: "GET" })).toBe("valid");
  expect(await code({ permission: "write" })).toBe("insufficient_permissions");
  expect(await code({ method: "post" })).toBe("insufficient_permissions");
  expect(await code({ method: "GET", permission: "write" })).toBe("insufficient_permissions");
  expect(await code({ method: "DELETE", permission: "read" })).toBe("insufficient_permissions");
});

test("verify denies a key with an allowlist without client_ip or with another address", async () => {
  const { actor } = await makeWorkspace();
  const { secret, key } = await makeKey(actor, { allowedIps: ["203.0.113.0/24"] });
  expect((await verify({ key: secret })).json).toMatchObject({
    valid: false,
    code: "ip_not_allowed",
    status: 403,
    key_id: key.id,
  });
  expect((await verify({ key: secret, client_ip: "198.51.100.4" })).json).toMatchObject({ valid: false });
  expect((await verify({ key: secret, client_ip: "203.0.113.9" })).json).toMatchObject({ valid: true });
});

test("verify limits the decision to workspace_id", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  expect((await verify({ key: secret, workspace_id: actor.workspaceId })).json).toMatchObject({
    valid: true,
  });
  expect((await verify({ key: secret, workspace_id: "ws_other" })).json).toMatchObject({
    valid: false,
    code: "insufficient_permissions",
  });
});

test("denials cost nothing, each allowed decision costs one, and beyond the limit the code is rate_limit_exceeded", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { permissionLevel: "read_only", rateLimitPerMinute: 2 });
  for (let times = 0; times < 3; times += 1) await verify({ key: secret, permission: "write" });
  for (let times = 0; times < 3; times += 1) await introspect({ token: secret });
  const codes = [];
  for (let times = 0; times < 3; times += 1)
    codes.push(((await verify({ key: secret })).json as { code: string }).code);
  expect(codes).toEqual(["valid", "valid", "rate_limit_exceeded"]);
  const denied = (await verify({ key: secret })).json as { retry_after_seconds: number };
  expect(denied.retry_after_seconds).toBeGreaterThanOrEqual(1);
  expect(denied.retry_after_seconds).toBeLessThanOrEqual(60);
});

test("a wrong, missing, or empty service token is 401 and reveals nothing about the key", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  const wrong: Record<string, string>[] = [
    {},
    { authorization: "Bearer " },
    { authorization: "Bearer wrong-service-token" },
    { authorization: token },
    { authorization: `Basic ${Buffer.from(`x:${token}`).toString("base64")}` },
    { "x-api-key": secret },
    { authorization: `Bearer ${secret}` },
  ];
  for (const headers of wrong) {
    const good = await verify({ key: secret }, headers);
    const bad = await verify({ key: "nonsense" }, headers);
    const malformed = await call("/api/v1/verify", { method: "POST", headers, body: "{" });
    expect([good.status, bad.status, malformed.status]).toEqual([401, 401, 401]);
    expect(good.headers["www-authenticate"]).toBe('Bearer realm="keyward"');
    const code = ({ json }: { json: never }) => (json as { error: { code: string } }).error.code;
    expect(code(good)).toBe(code(bad));
  }
  await runtime().engine.accessLog.settled();
  const { rows } = await runtime().pool.query("SELECT 1 FROM access_log.entries WHERE workspace_id = $1", [
    actor.workspaceId,
  ]);
  expect(rows).toEqual([]);
});

test("an invalid body is 400 and names the field", async () => {
  const wrong: [unknown, string][] = [
    [{}, "key"],
    [{ key: 5 }, "key"],
    [{ key: { $ne: null } }, "key"],
    [{ key: "x", permission: "read AND" }, "permission"],
    [{ key: "x", method: "GET /" }, "method"],
    [{ key: "x", client_ip: "localhost" }, "client_ip"],
    [{ key: "x", workspaceId: "ws_1" }, "workspaceId"],
  ];
  for (const [body, field] of wrong) {
    const answer = await verify(body);
    expect(answer.status).toBe(400);
    expect((answer.json as { error: { fields: object } }).error.fields).toHaveProperty(field);
  }
  expect((await verify("{")).status).toBe(400);
  expect((await verify(`{"key":"${"x".repeat(70_000)}"}`)).status).toBe(413);
  const get = await call("/api/v1/verify", { headers: bearer });
  expect([get.status, get.headers.allow]).toEqual([405, "POST"]);
  expect((await call("/api/v1/nothing", { method: "POST", headers: bearer })).status).toBe(404);
});

test("introspection returns an active token's scope, and only active: false for others (RFC 7662)", async () => {
  const { actor, workspace, owner } = await makeWorkspace();
  const { secret, key } = await makeKey(actor, { canManageKeys: true, expiresInDays: 30 });
  const answer = await introspect({ token: secret, token_type_hint: "access_token" });
  expect([answer.status, answer.json]).toEqual([
    200,
    {
      active: true,
      token_type: "Bearer",
      client_id: key.id,
      sub: owner.id,
      scope: "read write manage_keys",
      workspace_id: workspace.id,
      iat: Math.floor(key.createdAt.getTime() / 1000),
      exp: Math.floor((key.expiresAt as Date).getTime() / 1000),
    },
  ]);
  await revokeApiKey(actor, key.id);
  for (const token of [secret, "nonsense"])
    expect((await introspect({ token })).json).toEqual({ active: false });
  await runtime().engine.accessLog.settled();
  const { rows } = await runtime().pool.query(
    "SELECT outcome, code FROM access_log.entries WHERE key_id = $1 AND source = 'introspection' ORDER BY at, seq",
    [key.id],
  );
  expect(rows).toEqual([
    { outcome: "allowed", code: "valid" },
    { outcome: "denied", code: "revoked_key" },
  ]);
});

test("introspection also accepts HTTP Basic, and returns what the role currently allows", async () => {
  const { workspace } = await makeWorkspace();
  const { actor } = await makeMember(workspace, "viewer");
  const { secret } = await makeKey(actor, { permissionLevel: "read_only" });
  const basic = { authorization: `Basic ${Buffer.from(`gateway:${token}`).toString("base64")}` };
  expect((await introspect({ token: secret }, basic)).json).toMatchObject({ active: true, scope: "read" });
  expect((await introspect({ token: secret }, { authorization: "Basic eDp5" })).status).toBe(401);
  expect((await introspect({})).status).toBe(400);
});
