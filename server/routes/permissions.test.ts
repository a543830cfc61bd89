import { expect, test } from "vitest";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeWorkspace } from "@/tests/factories/factories";
import { makeManagingKey } from "@/tests/factories/managing-key";
import { useKeyApi } from "@/tests/processes/key-api-server";

const token = "a-service-token-of-a-test";
useRuntime({ SERVICE_TOKEN: token });
const call = useKeyApi();
const bearer = { authorization: `Bearer ${token}` };

const catalog = {
  permissions: [
    { name: "files:read", title: "Read files", group: "Files", access: "read" },
    { name: "files:write", title: "Change files", group: "Files", access: "write" },
    { name: "runs:execute", title: "Start runs", access: "write" },
  ],
  routes: [
    { method: "GET", path: "/v1/files/**", permission: "files:read" },
    { method: "*", path: "/v1/files/**", permission: "files:write" },
  ],
};

const declare = (body: unknown) => call("/api/v1/permissions", { method: "PUT", headers: bearer, body });
const forward = (secret: string, method: string, uri: string, query = "") =>
  call(`/api/forward-auth${query}`, {
    headers: [
      ["X-Forwarded-Method", method],
      ["X-Forwarded-Uri", uri],
      ["x-api-key", secret],
    ],
  });
const service = (path: string, body: unknown) => call(path, { method: "POST", headers: bearer, body });

async function makeCustomKey(...permissions: string[]) {
  await declare(catalog);
  const made = await makeWorkspace();
  return { ...made, ...(await makeKey(made.actor, { permissionLevel: "custom", permissions })) };
}

test("the catalog is replaced as a whole and returned as it was declared", async () => {
  expect((await declare(catalog)).status).toBe(200);
  const answer = await call("/api/v1/permissions", { headers: bearer });
  expect(answer.json).toEqual(catalog);
  expect((await call("/api/v1/permissions", { headers: { authorization: "Bearer wrong" } })).status).toBe(
    401,
  );
});

test("the access of a name never changes, not even after it was removed", async () => {
  await declare(catalog);
  await declare({ permissions: [] });
  const answer = await declare({ permissions: [{ name: "files:read", title: "Read", access: "write" }] });
  expect([answer.status, answer.json]).toMatchObject([409, { error: { code: "conflict" } }]);
  expect((await declare(catalog)).status).toBe(200);
});

test.each([
  [{ permissions: [{ name: "read", title: "Read", access: "read" }] }, "permissions.0.name"],
  [{ permissions: [{ name: "Files", title: "Read", access: "read" }] }, "permissions.0.name"],
  [{ permissions: [{ name: "a", title: "Read", access: "all" }] }, "permissions.0.access"],
  [{ permissions: [], routes: [{ method: "GET", path: "/a", permission: "a" }] }, "routes.0.permission"],
  [{ permissions: [], routes: [{ method: "GET", path: "/a/../b", permission: null }] }, "routes.0.path"],
  [{ permissions: [], routes: [{ method: "GET", path: "/a/**/b", permission: null }] }, "routes.0.path"],
  [{ permissions: [], routes: [{ method: "GET", path: "/%2F", permission: null }] }, "routes.0.path"],
  [{ permissions: [], extra: true }, "extra"],
  [
    { permissions: ["x", "x"].map((name) => ({ name, title: "Twice", access: "read" })) },
    "permissions.1.name",
  ],
  [
    {
      permissions: Array.from({ length: 100 }, (_, index) => ({
        name: `${"a".repeat(60)}${index}`,
        title: "Long",
        access: "read",
      })),
    },
    "permissions",
  ],
])("a wrong catalog is refused, naming the field, and changes nothing: %#", async (body, field) => {
  await declare(catalog);
  const answer = await declare(body);
  expect(answer.status).toBe(400);
  expect((answer.json as { error: { fields: object } }).error.fields).toHaveProperty([field]);
  expect((await call("/api/v1/permissions", { headers: bearer })).json).toEqual(catalog);
});

test("a custom key may do what its permissions allow, and every surface tells which those are", async () => {
  const { secret } = await makeCustomKey("files:read", "runs:execute");
  const allowed = await forward(secret, "GET", "/v1/files/1");
  expect(allowed.status).toBe(200);
  expect(allowed.headers["x-keyward-permission-level"]).toBe("custom");
  expect(allowed.headers["x-keyward-permissions"]).toBe("files:read runs:execute");
  const refused = await forward(secret, "DELETE", "/v1/files/1");
  expect([refused.status, refused.json]).toMatchObject([
    403,
    {
      error: { code: "insufficient_permissions", message: "This API key lacks the permission files:write." },
    },
  ]);
  expect(refused.headers["www-authenticate"]).toContain('error="insufficient_scope"');
  expect((await forward(secret, "GET", "/v2/other")).status).toBe(403);

  const me = await call("/api/public/v1/me", { headers: { "x-api-key": secret } });
  expect(me.json).toMatchObject({
    key: { permission_level: "custom", permissions: ["files:read", "runs:execute"] },
  });
  expect((await service("/api/v1/verify", { key: secret, permission: "files:read" })).json).toMatchObject({
    valid: true,
    permission_level: "custom",
    permissions: ["files:read", "runs:execute"],
  });
  const introspection = await call("/oauth/introspect", {
    method: "POST",
    headers: { ...bearer, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ token: secret }).toString(),
  });
  expect(introspection.json).toMatchObject({ active: true, scope: "files:read runs:execute" });
  expect((await service("/v2/keys.verifyKey", { key: secret })).json).toMatchObject({
    data: { valid: true, permissions: ["files:read", "runs:execute"] },
  });
});

test("a gateway demands permissions by name, and each has to be met", async () => {
  const { secret } = await makeCustomKey("files:read", "runs:execute");
  const status = async (query: string, method = "GET", uri = "/v2/other") =>
    (await forward(secret, method, uri, query)).status;
  expect(await status("?permission=files:read")).toBe(200);
  expect(await status("?permission=files:read&permission=runs:execute", "POST")).toBe(200);
  expect(await status("?permission=files:read", "POST")).toBe(403);
  expect(await status("?permission=files:read&permission=files:write")).toBe(403);
  expect(await status("?permission=undeclared")).toBe(403);
  for (const wrong of ["", "read", "write", "files:read OR files:write", "Files"])
    expect(await status(`?permission=${encodeURIComponent(wrong)}`), wrong).toBe(400);
});

test("verify demands a permission, a query of them, or routes, and nothing if it is given none of them", async () => {
  const { secret } = await makeCustomKey("files:read", "runs:execute");
  const valid = async (body: object) =>
    ((await service("/api/v1/verify", { key: secret, ...body })).json as { valid: boolean }).valid;
  expect(await valid({})).toBe(true);
  expect(await valid({ permission: "files:read AND (files:write OR runs:execute)" })).toBe(true);
  expect(await valid({ permission: "files:write" })).toBe(false);
  expect(await valid({ permission: "read" })).toBe(false);
  expect(await valid({ method: "GET" }), "no demand").toBe(false);
  expect(await valid({ method: "GET", path: "/v1/files/1" })).toBe(true);
  expect(await valid({ method: "HEAD", path: "/v1/files/1?x=1" })).toBe(true);
  expect(await valid({ method: "PUT", path: "/v1/files/1" })).toBe(false);
  expect(await valid({ method: "PUT", path: "/v1/files/1", permission: "runs:execute" })).toBe(false);
  expect((await service("/api/v1/verify", { key: secret, permission: "a AND" })).status).toBe(400);
});

test("on the key API a custom key may call only /me", async () => {
  const { secret } = await makeCustomKey("files:read");
  const status = async (path: string) => (await call(path, { headers: { "x-api-key": secret } })).status;
  expect(await status("/api/public/v1/me")).toBe(200);
  for (const path of ["/api/public/v1/access-logs", "/api/public/v1/usage", "/auth/api-keys"])
    expect(await status(path), path).toBe(403);
});

test("S35 a removed permission is granted to no key as soon as the call that removed it is answered", async () => {
  const { secret } = await makeCustomKey("files:read");
  expect((await forward(secret, "GET", "/v1/files/1")).status).toBe(200);
  const without = catalog.permissions.filter(({ name }) => name !== "files:read");
  await declare({ permissions: without });
  expect((await forward(secret, "GET", "/v1/files/1", "?permission=files:read")).status).toBe(403);
  const me = await call("/api/public/v1/me", { headers: { "x-api-key": secret } });
  expect(me.json).toMatchObject({ key: { permissions: [] } });
  await declare(catalog);
  expect((await forward(secret, "GET", "/v1/files/1")).status, "the key kept the name").toBe(200);
});

test("S34 a key is created only with declared permissions that go with its level", async () => {
  await declare(catalog);
  const { ask } = await makeManagingKey(call);
  const create = (body: object) => ask("POST", "", { name: "x", ...body });
  const made = await create({ permission_level: "custom", permissions: ["runs:execute", "files:read"] });
  expect([made.status, made.json]).toMatchObject([
    200,
    { permission_level: "custom", permissions: ["files:read", "runs:execute"], can_manage_keys: false },
  ]);
  for (const [body, field] of [
    [{ permission_level: "custom" }, "permissions"],
    [{ permission_level: "custom", permissions: [] }, "permissions"],
    [{ permission_level: "custom", permissions: ["secrets:read"] }, "permissions"],
    [{ permission_level: "read_only", permissions: ["files:read"] }, "permissions"],
    [{ permission_level: "custom", permissions: ["files:read"], can_manage_keys: true }, "can_manage_keys"],
  ] as const) {
    const answer = await create(body);
    expect(answer.status, JSON.stringify(body)).toBe(400);
    expect((answer.json as { error: { fields: object } }).error.fields).toHaveProperty([field]);
  }
});

test("a viewer can give a key only permissions that read", async () => {
  await declare(catalog);
  const { workspace } = await makeWorkspace();
  const { actor } = await makeMember(workspace, "viewer");
  await makeKey(actor, { permissionLevel: "custom", permissions: ["files:read"] });
  await expect(
    makeKey(actor, { permissionLevel: "custom", permissions: ["files:read", "files:write"] }),
  ).rejects.toMatchObject({ code: "insufficient_permissions" });
});

test("decisions read the catalog in the same query as the key", async () => {
  const { secret } = await makeCustomKey("files:read");
  const { keyCache } = runtime().engine;
  await forward(secret, "GET", "/v1/files/1");
  const { queries } = keyCache;
  for (let calls = 0; calls < 5; calls += 1) await forward(secret, "GET", "/v1/files/1");
  expect(keyCache.queries).toBe(queries);
});
