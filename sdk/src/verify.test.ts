import { expect, test } from "vitest";
import { replacePermissionCatalog } from "@/lib/server/keys/permission-catalog";
import { revokeApiKey } from "@/lib/server/keys/revoke-api-key";
import { db, runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace, nowhere } from "@/tests/factories/factories";
import { useKeyApiServer } from "@/tests/processes/key-api-server";
import type { VerifyRequest } from "./build-question";
import { createKeyward, type KeywardOptions } from "./create-keyward";
import { KeywardConfigurationError } from "./keyward-error";
import type { HeaderSource } from "./read-headers";

const serviceToken = "a-service-token-of-a-test";
useRuntime({ SERVICE_TOKEN: serviceToken });
const server = useKeyApiServer();
const connect = (options: Partial<KeywardOptions> = {}) =>
  createKeyward({ url: server.origin(), serviceToken, timeoutMs: 15_000, ...options });

test("a valid key returns its owner and workspace, in each header form", async () => {
  const { actor, workspace, owner } = await makeWorkspace();
  const { key, secret } = await makeKey(actor, { name: "blog", rateLimitPerMinute: 10, expiresInDays: 1 });
  const forms = [
    ["x-api-key", secret],
    ["Authorization", `Bearer ${secret}`],
    ["AUTHORIZATION", `api-key   ${secret}`],
    ["x-api-key", secret, "authorization", `bearer ${secret}`],
  ];
  for (const headers of forms) {
    for (const source of [headers, new Headers([headers.slice(0, 2) as [string, string]])])
      expect(await connect().verify({ headers: source })).toEqual({
        valid: true,
        code: "valid",
        workspaceId: workspace.id,
        userId: owner.id,
        role: "owner",
        externalWorkspaceId: null,
        externalUserId: null,
        keyId: key.id,
        name: "blog",
        permissionLevel: "read_write",
        permissions: [],
        environment: "production",
        metadata: {},
        expiresAt: key.expiresAt,
        rateLimit: {
          limit: 10,
          windowSeconds: 60,
          remaining: expect.any(Number),
          resetAt: expect.any(Date),
        },
        requestId: expect.stringMatching(/^req_/),
        cached: false,
      });
  }
});

test("a verdict tells your own ids of workspace and owner, and the metadata of the key", async () => {
  const { actor, workspace, owner } = await makeWorkspace();
  const { key, secret } = await makeKey(actor);
  await db().workspace.update({ where: { id: workspace.id }, data: { externalId: "customer-1" } });
  await db().member.update({
    where: { workspaceId_userId: { workspaceId: workspace.id, userId: owner.id } },
    data: { externalId: "user-1" },
  });
  await db().apiKey.update({
    where: { id: key.id },
    data: { metadata: { plan: "pro", seats: 3, trial: false } },
  });
  await runtime().engine.rejections.waitUntilRejectedEverywhere();
  expect(await connect().verify({ headers: ["x-api-key", secret] })).toMatchObject({
    externalWorkspaceId: "customer-1",
    externalUserId: "user-1",
    metadata: { plan: "pro", seats: 3, trial: false },
  });
});

test("each denial has its code, its status and the key it concerns", async () => {
  const { actor } = await makeWorkspace();
  const readOnly = await makeKey(actor, { permissionLevel: "read_only" });
  const revoked = await makeKey(actor);
  await revokeApiKey(actor, revoked.key.id);
  const limited = await makeKey(actor, { rateLimitPerMinute: 1 });
  const keyward = connect();
  const ask = async (secret: string, more = {}) =>
    keyward.verify({ headers: ["x-api-key", secret], ...more });
  expect(await ask(readOnly.secret, { method: "POST" })).toMatchObject({
    valid: false,
    code: "insufficient_permissions",
    status: 403,
    keyId: readOnly.key.id,
    docUrl: `${server.origin()}/docs/errors#insufficient_permissions`,
  });
  expect(await ask(revoked.secret)).toMatchObject({
    code: "revoked_key",
    status: 401,
    keyId: revoked.key.id,
  });
  expect(await ask("kw_sk_nonsense")).toMatchObject({ code: "invalid_key", status: 401, keyId: null });
  expect(await ask(readOnly.secret, { workspaceId: "ws_other" })).toMatchObject({ status: 403 });
  expect(await ask(limited.secret)).toMatchObject({ valid: true });
  const denied = await ask(limited.secret);
  expect(denied).toMatchObject({ code: "rate_limit_exceeded", status: 429 });
  if (denied.valid) throw new Error("The limit was passed.");
  expect(denied.retryAfterSeconds).toBeGreaterThanOrEqual(1);
  expect(denied.retryAfterSeconds).toBeLessThanOrEqual(60);
});

test("a key with allowed addresses is checked against the address from the caller, never one from a header", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { allowedIps: ["203.0.113.0/24", "fe80::/10"] });
  const headers = ["x-api-key", secret, "x-forwarded-for", "203.0.113.9", "forwarded", "for=203.0.113.9"];
  const codeFrom = async (clientIp?: string) => (await connect().verify({ headers, clientIp })).code;
  expect(await codeFrom()).toBe("ip_not_allowed");
  expect(await codeFrom("198.51.100.1")).toBe("ip_not_allowed");
  for (const address of ["203.0.113.9", "::ffff:203.0.113.9", "fe80::1%eth0"])
    expect(await codeFrom(address), address).toBe("valid");
});

test("S31 S65 a read-only key may only read, and a method override counts as the method", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { permissionLevel: "read_only" });
  const judged = async (headers: HeaderSource, method?: string, permission?: string) =>
    (await connect().verify({ headers, method, permission })).code;
  const codeOf = (method: string | undefined, more: string[] = [], permission?: string) =>
    judged(["x-api-key", secret, ...more], method, permission);
  for (const method of ["GET", "head", "OPTIONS", undefined]) expect(await codeOf(method)).toBe("valid");
  expect(await codeOf("GET", ["X-HTTP-Method-Override", "get"])).toBe("valid");
  for (const method of ["POST", "delete", "M-SEARCH", "PROPPATCH-OF-A-VERY-LONG-NAME"])
    expect(await codeOf(method), method).toBe("insufficient_permissions");
  const spellings = ["X_HTTP_Method_Override", "x.http.method", "X_Method-Override"];
  for (const name of ["X-HTTP-Method-Override", "x-http-method", "X-Method-Override", ...spellings]) {
    expect(await codeOf("GET", [name, "DELETE"]), name).toBe("insufficient_permissions");
    const folded = new Headers({ "x-api-key": secret, [name]: "DELETE" });
    expect(await judged(folded, "GET"), name).toBe("insufficient_permissions");
  }
  const onlyAsked = {
    get: (name: string) => ({ "x-api-key": secret, "x-http-method": "DELETE" })[name] ?? null,
  };
  expect(await judged(onlyAsked, "GET")).toBe("insufficient_permissions");
  expect(await codeOf("GET", [], "write")).toBe("insufficient_permissions");
});

test("a permission of the catalog can be required by name, by a query of names, or by a route", async () => {
  const permissions = ["files:read", "files:write"].map((name) => ({
    name,
    title: name,
    access: name === "files:read" ? ("read" as const) : ("write" as const),
  }));
  const routes = [{ method: "GET", path: "/files/**", permission: "files:read" }];
  await replacePermissionCatalog({ permissions, routes }, nowhere);
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { permissionLevel: "custom", permissions: ["files:read"] });
  const ask = (more: Partial<VerifyRequest>, headers: string[] = []) =>
    connect().verify({ headers: ["x-api-key", secret, ...headers], ...more });
  expect(await ask({ permission: "files:read" })).toMatchObject({
    ...{ valid: true, permissionLevel: "custom", permissions: ["files:read"] },
  });
  expect(await ask({ permission: "files:read OR files:write" })).toMatchObject({ valid: true });
  expect(await ask({ method: "GET", url: "/files/1?x=1" })).toMatchObject({ valid: true });
  for (const refused of [
    { permission: "files:write" },
    { method: "GET", url: "/elsewhere" },
    { method: "GET", url: `/files/${"a".repeat(9000)}/../elsewhere` },
  ])
    expect(await ask(refused), JSON.stringify(refused).slice(0, 60)).toMatchObject({
      valid: false,
      code: "insufficient_permissions",
    });
  const overridden = await ask({ permission: "files:read" }, ["x-http-method", "DELETE"]);
  expect(overridden, "only a read & write key may override the method").toMatchObject({ valid: false });
});

test("no client request makes the verify request invalid, and the log has the path without its query", async () => {
  const { actor } = await makeWorkspace();
  const { secret, key } = await makeKey(actor);
  const keyward = connect();
  const verdict = await keyward.verify({
    headers: [
      ...["x-api-key", secret, "user-agent", `ä${"x".repeat(9000)}`, "x-request-id", "from-the-client"],
    ],
    method: "GET",
    url: `https://api.example.test/v1/files/${"é".repeat(9000)}?token=secret`,
  });
  expect(verdict).toMatchObject({ valid: true, requestId: "from-the-client" });
  expect(
    await keyward.verify({ headers: ["x-api-key", secret], url: "/v1/files?token=secret#x" }),
  ).toMatchObject({ valid: true });
  for (const wrong of ["k".repeat(513), "k".repeat(9000)])
    expect(await keyward.verify({ headers: ["x-api-key", wrong] })).toMatchObject({ code: "invalid_key" });
  await runtime().engine.accessLog.settled();
  const { rows } = await runtime().pool.query<{ request_id: string; path: string; source: string }>(
    "SELECT request_id, path, source FROM access_log.entries WHERE key_id = $1 ORDER BY at, seq",
    [key.id],
  );
  expect(rows.map(({ source }) => source)).toEqual(["verify", "verify"]);
  expect(rows[0]?.request_id).toBe("from-the-client");
  expect(rows[1]?.path).toBe("/v1/files");
  expect(JSON.stringify(rows)).not.toContain("secret");
});

test("a wrong service token or URL is a configuration error, and every request is rejected", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  const headers = ["x-api-key", secret];
  const wrong = connect({ serviceToken: "another-token", onUnavailable: "deny" });
  const error = await wrong.verify({ headers }).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(KeywardConfigurationError);
  expect(error.status).toBe(401);
  await expect(connect().verify({ headers, clientIp: "unknown" })).rejects.toThrow(/client_ip/);
  for (const options of [
    { url: "127.0.0.1:3000" },
    { url: "ftp://127.0.0.1" },
    { serviceToken: "" },
    { timeoutMs: 0 },
    { timeoutMs: Number.NaN },
    { maxAgeSeconds: -1 },
    { maxAgeSeconds: 3600 },
  ])
    expect(() => connect(options), JSON.stringify(options)).toThrow(KeywardConfigurationError);
  expect(String(error.stack) + JSON.stringify(error)).not.toMatch(new RegExp(`${secret}|another-token`));
});

test("headers in a plain object are rejected, because repeated ones may be merged in it", async () => {
  const merged = { "x-api-key": "k" } as never;
  await expect(connect().verify({ headers: merged })).rejects.toThrow(TypeError);
});
