import { expect, test } from "vitest";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeWorkspace } from "@/tests/factories/factories";
import { useKeyApi } from "@/tests/processes/key-api-server";

useRuntime();
const call = useKeyApi();
const me = "/api/public/v1/me";

test("a response has a new request id, or the client's own if it is well-formed", async () => {
  const { headers } = await call(me);
  expect(headers["x-request-id"]).toMatch(/^req_[0-9a-z]{26}$/);
  const own = `${"A-z_0".repeat(12)}1234`;
  expect(own).toHaveLength(64);
  expect((await call(me, { headers: { "x-request-id": own } })).headers["x-request-id"]).toBe(own);
  for (const wrong of [`${own}5`, "with space", "ümlaut", "a,b", "a;b"]) {
    const answer = await call(me, { headers: { "x-request-id": wrong } });
    expect(answer.headers["x-request-id"]).toMatch(/^req_/);
    expect(answer.json).toMatchObject({ error: { request_id: answer.headers["x-request-id"] } });
  }
  const twice = await call(me, { headers: { "x-request-id": ["one", "two"] } });
  expect(twice.headers["x-request-id"]).toMatch(/^req_/);
});

test("an error body has a code, a message, the request id and a link to its documentation, and nothing else", async () => {
  const answer = await call(me);
  expect(answer.status).toBe(401);
  expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
  expect(answer.headers["cache-control"]).toBe("no-store");
  expect(answer.json).toEqual({
    error: {
      code: "missing_key",
      message: expect.stringContaining("x-api-key"),
      request_id: answer.headers["x-request-id"],
      doc_url: "http://localhost:3000/docs/errors#missing_key",
    },
  });
});

test("a 401 without a credential challenges without an error, one with a credential says invalid_token", async () => {
  expect((await call(me)).headers["www-authenticate"]).toBe('Bearer realm="keyward"');
  const invalid = await call(me, { headers: { "x-api-key": "nonsense" } });
  expect(invalid.headers["www-authenticate"]).toBe('Bearer realm="keyward", error="invalid_token"');
});

test("a key without the permission is challenged with insufficient_scope", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { canManageKeys: false });
  const answer = await call("/auth/api-keys", { headers: { "x-api-key": secret } });
  expect(answer.status).toBe(403);
  expect(answer.json).toMatchObject({ error: { code: "insufficient_permissions" } });
  expect(answer.headers["www-authenticate"]).toBe('Bearer realm="keyward", error="insufficient_scope"');
});

test("an unsupported method is 405 with the supported methods", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { canManageKeys: true });
  const cases = [
    [me, "POST", "GET, HEAD, OPTIONS"],
    ["/api/public/v1/access-logs", "DELETE", "GET, HEAD, OPTIONS"],
    ["/auth/api-keys", "PUT", "GET, HEAD, POST, OPTIONS"],
    ["/auth/api-keys/current", "POST", "GET, HEAD, PATCH, PUT, DELETE, OPTIONS"],
  ] as const;
  for (const [path, method, allow] of cases) {
    const answer = await call(path, { method, headers: { "x-api-key": secret } });
    expect(answer.status).toBe(405);
    expect(answer.json).toMatchObject({ error: { code: "method_not_allowed" } });
    expect(answer.headers.allow).toBe(allow);
  }
});

test("an unknown path of this API is 404 in the same shape", async () => {
  for (const path of ["/auth", "/auth/", "/auth/nothing", "/api/public/v2/me", "/api/public"]) {
    const answer = await call(path);
    expect(answer.status).toBe(404);
    expect(answer.json).toMatchObject({
      error: { code: "not_found", doc_url: expect.stringContaining("#not_found") },
    });
  }
});

test("a key's path without credentials is 401, whatever the id", async () => {
  for (const path of ["/auth/api-keys/key_1", "/auth/api-keys/UPPER", `/auth/api-keys/${"x".repeat(100)}`]) {
    expect((await call(path)).json).toMatchObject({ error: { code: "missing_key" } });
  }
});

test("HEAD answers like GET, without the body", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  const head = await call(me, { method: "HEAD", headers: { "x-api-key": secret } });
  expect([head.status, head.body]).toEqual([200, ""]);
  expect(Number(head.headers["content-length"])).toBeGreaterThan(100);
  const denied = await call(me, { method: "HEAD" });
  expect([denied.status, denied.body]).toEqual([401, ""]);
});

test("a body over 64 KiB is 413, with and without Content-Length", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { canManageKeys: true });
  const body = JSON.stringify({ name: "x".repeat(64 * 1024), permission_level: "read_only" });
  for (const chunked of [false, true]) {
    const headers = { "x-api-key": secret };
    const answer = await call("/auth/api-keys", { method: "POST", headers, body, chunked });
    expect(answer.status).toBe(413);
    expect(answer.json).toMatchObject({ error: { code: "payload_too_large" } });
  }
});

test("a body that isn't a JSON object is 400, and says so", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { canManageKeys: true });
  const headers = { "x-api-key": secret };
  for (const body of ["{", "null", "[]", '"text"', "12", '{"name": "\u0000"']) {
    const answer = await call("/auth/api-keys", { method: "POST", headers, body });
    expect(answer.status, body).toBe(400);
    const { error } = answer.json as { error: { code: string; fields?: Record<string, string> } };
    expect(error.code).toBe("invalid_request");
    expect(Object.keys(error.fields ?? {})).not.toContain("");
  }
  const notUtf8 = await call("/auth/api-keys", {
    method: "POST",
    headers,
    body: Buffer.from([0x7b, 0xff, 0x7d]),
  });
  expect(notUtf8.json).toMatchObject({ error: { code: "invalid_request" } });
});

test("S31 S65 a read-only key may read, and gets 403 for every unsafe method and for a method override", async () => {
  const { actor } = await makeWorkspace();
  const { secret, key } = await makeKey(actor, { permissionLevel: "read_only", canManageKeys: true });
  const headers = { "x-api-key": secret };
  const path = `/auth/api-keys/${key.id}`;
  expect((await call(path, { headers })).status).toBe(200);
  expect((await call(path, { method: "HEAD", headers })).status).toBe(200);
  for (const method of ["PATCH", "PUT", "DELETE"]) {
    const answer = await call(path, { method, headers, body: {} });
    expect(answer.json, method).toMatchObject({ error: { code: "insufficient_permissions" } });
  }
  const spellings = ["X_HTTP_Method_Override", "x_http_method", "X.Method-Override"];
  for (const name of ["X-HTTP-Method-Override", "x-http-method", "X-Method-Override", ...spellings]) {
    for (const method of ["DELETE", "delete", " PATCH "]) {
      const answer = await call(path, { headers: { ...headers, [name]: method } });
      expect(answer.json, `${name}: ${method}`).toMatchObject({
        error: { code: "insufficient_permissions" },
      });
    }
    expect((await call(path, { headers: { ...headers, [name]: "GET" } })).status).toBe(200);
  }
  expect(await runtime().prisma.apiKey.findUnique({ where: { id: key.id } })).toMatchObject({
    revokedAt: null,
  });
});

test("a key's permissions shrink immediately with its owner's role, and end with the membership", async () => {
  const { workspace } = await makeWorkspace();
  const { actor, user } = await makeMember(workspace, "admin");
  const { secret } = await makeKey(actor, { canManageKeys: true });
  const headers = { "x-api-key": secret };
  const where = { workspaceId_userId: { workspaceId: workspace.id, userId: user.id } };
  const post = () =>
    call("/auth/api-keys", { method: "POST", headers, body: { name: "x", permission_level: "read_only" } });
  const members = runtime().prisma.member;
  // Written by another program: it applies once every instance has read it.
  const held = () => runtime().engine.rejections.waitUntilRejectedEverywhere();
  expect((await post()).status).toBe(200);

  await members.update({ where, data: { role: "member" } });
  await held();
  expect((await post()).status).toBe(403);
  expect((await call(me, { headers })).json).toMatchObject({
    user: { role: "member" },
    key: { can_manage_keys: false },
  });
  await members.update({ where, data: { role: "viewer" } });
  await held();
  expect((await call(me, { headers })).json).toMatchObject({ key: { permission_level: "read_only" } });

  await members.update({ where, data: { suspendedAt: new Date() } });
  await held();
  expect((await call(me, { headers })).json).toMatchObject({ error: { code: "disabled_key" } });
  await members.update({ where, data: { suspendedAt: null } });
  await held();
  expect((await call(me, { headers })).status).toBe(200);
  await members.delete({ where });
  await held();
  expect((await call(me, { headers })).json).toMatchObject({ error: { code: "disabled_key" } });
});
