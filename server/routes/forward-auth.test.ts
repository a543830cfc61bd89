import { expect, test } from "vitest";
import { systemActor } from "@/lib/server/actor";
import { changeApiKey } from "@/lib/server/keys/change-api-key";
import { revokeApiKey } from "@/lib/server/keys/revoke-api-key";
import { runtime } from "@/lib/server/runtime";
import { setApiAccess } from "@/lib/server/workspaces/workspace-settings";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { type Answer, useKeyApi } from "@/tests/processes/key-api-server";

useRuntime();
const call = useKeyApi();

type Headers = [string, string][];
const original = (method = "GET", uri = "/v1/documents"): Headers => [
  ["X-Forwarded-Method", method],
  ["X-Forwarded-Uri", uri],
];
const ask = (headers: Headers, query = "", method = "GET") =>
  call(`/api/forward-auth${query}`, { method, headers });
const statusAndCodes = ({ status, headers, json }: Answer) => [
  status,
  headers["x-keyward-status"],
  headers["x-keyward-error"],
  (json as { error: { code: string } } | null)?.error.code,
];

test("an allowed key gets 200 with all identity headers and no body, with any method", async () => {
  const { actor, workspace, owner } = await makeWorkspace();
  const { secret, key } = await makeKey(actor, {
    name: "Zürich & Söhne",
    permissionLevel: "read_write",
    environment: "staging",
  });
  for (const method of ["GET", "HEAD", "POST", "PUT", "DELETE"]) {
    const answer = await ask([...original("DELETE"), ["x-api-key", secret]], "", method);
    expect([answer.status, answer.body]).toEqual([200, ""]);
    expect(answer.headers).toMatchObject({
      "x-keyward-workspace-id": workspace.id,
      "x-keyward-key-id": key.id,
      "x-keyward-key-name": encodeURIComponent("Zürich & Söhne"),
      "x-keyward-permission-level": "read_write",
      "x-keyward-user-id": owner.id,
      "x-keyward-role": "owner",
      "x-keyward-environment": "staging",
      "cache-control": "no-store",
    });
    expect(answer.headers).toHaveProperty("ratelimit");
  }
});

test("all three header forms and both pairs of headers are accepted", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  const forms: Headers = [
    ["x-api-key", secret],
    ["authorization", `Bearer ${secret}`],
    ["authorization", `api-key ${secret}`],
  ];
  for (const form of forms) expect((await ask([...original(), form])).status).toBe(200);
  const nginx: Headers = [
    ["X-Original-Method", "GET"],
    ["X-Original-URI", "/v1/documents?page=2"],
  ];
  expect((await ask([...nginx, ...forms.slice(0, 1)])).status).toBe(200);
});

test("S49 a denial reports its actual status and code", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { permissionLevel: "read_only" });
  const post = await ask([...original("POST"), ["x-api-key", secret]]);
  expect(statusAndCodes(post)).toEqual([403, "403", "insufficient_permissions", "insufficient_permissions"]);
  expect(post.headers).not.toHaveProperty("x-keyward-workspace-id");
  const none = await ask(original());
  expect(statusAndCodes(none)).toEqual([401, "401", "missing_key", "missing_key"]);
});

test("S64 a gateway that forwards a client's X-Keyward headers is denied, in every spelling", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  for (const claimed of ["X-Keyward-Role", "x_keyward_role", "X.Keyward.Anything"]) {
    const answer = await ask([...original(), [claimed, "owner"], ["x-api-key", secret]]);
    expect(statusAndCodes(answer).slice(0, 3)).toEqual([400, "400", "invalid_request"]);
    expect(answer.headers).not.toHaveProperty("x-keyward-workspace-id");
  }
});

test("S31 S65 a method override of the client also counts behind a gateway", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { permissionLevel: "read_only" });
  for (const override of ["X-HTTP-Method-Override", "X_HTTP_Method", "x.method_override"]) {
    const answer = await ask([...original(), [override, "DELETE"], ["x-api-key", secret]]);
    expect(statusAndCodes(answer).slice(0, 3), override).toEqual([403, "403", "insufficient_permissions"]);
  }
});

test("S35 a revoked or disabled key is denied from the next request on", async () => {
  const { actor } = await makeWorkspace();
  const { secret, key } = await makeKey(actor);
  await changeApiKey(actor, key.id, { disabled: true });
  expect(statusAndCodes(await ask([...original(), ["x-api-key", secret]]))[2]).toBe("disabled_key");
  await changeApiKey(actor, key.id, { disabled: false });
  expect((await ask([...original(), ["x-api-key", secret]])).status).toBe(200);
  await revokeApiKey(actor, key.id);
  expect(statusAndCodes(await ask([...original(), ["x-api-key", secret]]))).toEqual([
    401,
    "401",
    "revoked_key",
    "revoked_key",
  ]);
});

test("S51 no, both, incomplete, repeated or malformed pairs of headers are 400", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  const key: [string, string] = ["x-api-key", secret];
  const wrong: Headers[] = [
    [],
    [["X-Forwarded-Method", "GET"]],
    [["X-Forwarded-Uri", "/"]],
    [
      ["X-Forwarded-Method", "GET"],
      ["X-Original-URI", "/"],
    ],
    [...original(), ["X-Original-Method", "GET"], ["X-Original-URI", "/"]],
    [...original(), ["X-Original-URI", "/"]],
    [...original(), ["X-Forwarded-Method", "DELETE"]],
    [...original(), ["X-Forwarded-Uri", "/other"]],
    [...original(), ["X_Forwarded_Method", "DELETE"]],
    original("", "/"),
    original("GET", ""),
    original("GET", "no-path"),
    original("get it", "/"),
  ];
  for (const headers of wrong) {
    const answer = await ask([...headers, key]);
    expect(statusAndCodes(answer), JSON.stringify(headers)).toEqual([
      400,
      "400",
      "invalid_request",
      "invalid_request",
    ]);
  }
});

test("S51 escapes and dots in the path don't change the decision", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { permissionLevel: "read_only" });
  for (const uri of ["/a%2f..%2fadmin", "/a/../admin", "//admin", "/%2e%2e/", "https://api.example.com/v1"]) {
    expect((await ask([...original("GET", uri), ["x-api-key", secret]])).status, uri).toBe(200);
    expect((await ask([...original("PUT", uri), ["x-api-key", secret]])).status, uri).toBe(403);
  }
});

test("S51 a client's query changes nothing, neither in the original URL nor after the path form", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { permissionLevel: "read_only" });
  const key: [string, string] = ["x-api-key", secret];
  const inOriginal = original("POST", "/v1/documents?deny=auth_request&workspace=ws_other");
  expect(statusAndCodes(await ask([...inOriginal, key])).slice(0, 3)).toEqual([
    403,
    "403",
    "insufficient_permissions",
  ]);
  expect((await ask([...original("GET", "/v1?workspace=ws_other"), key])).status).toBe(200);
  for (const query of ["?workspace=a&workspace=b", "?deny=no", "?deny=auth_request&deny=auth_request"])
    expect([400, 403]).toContain((await ask([...original(), key], query)).status);
  const envoy = await call("/api/forward-auth/v1/documents?deny=auth_request&workspace=ws_other", {
    method: "POST",
    headers: [key],
  });
  expect(statusAndCodes(envoy).slice(0, 3)).toEqual([403, "403", "insufficient_permissions"]);
});

test("in the path form the request's own method and path count, not the headers", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { permissionLevel: "read_only" });
  const headers: Headers = [...original("GET", "/elsewhere"), ["x-api-key", secret]];
  expect((await call("/api/forward-auth/v1/documents", { headers })).status).toBe(200);
  expect((await call("/api/forward-auth/v1/documents", { method: "DELETE", headers })).status).toBe(403);
  expect((await call("/api/forward-auth/", { headers })).status).toBe(200);
});

test("a gateway can restrict access to one workspace's keys", async () => {
  const { actor } = await makeWorkspace();
  const other = await makeWorkspace();
  const { secret } = await makeKey(actor);
  const mine = await ask([...original(), ["x-api-key", secret]], `?workspace=${actor.workspaceId}`);
  expect(mine.status).toBe(200);
  const foreign = await ask([...original(), ["x-api-key", secret]], `?workspace=${other.actor.workspaceId}`);
  expect(statusAndCodes(foreign).slice(0, 3)).toEqual([403, "403", "insufficient_permissions"]);
});

test("for nginx 401 stays 401 and every other denial is 403, with the actual status in a header", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { rateLimitPerMinute: 1 });
  const nginx = (headers: Headers) => ask(headers, "?deny=auth_request");
  expect(statusAndCodes(await nginx(original())).slice(0, 3)).toEqual([401, "401", "missing_key"]);
  expect(statusAndCodes(await nginx([["x-api-key", secret]])).slice(0, 3)).toEqual([
    403,
    "400",
    "invalid_request",
  ]);
  expect((await nginx([...original(), ["x-api-key", secret]])).status).toBe(200);
  const limited = await nginx([...original(), ["x-api-key", secret]]);
  expect(statusAndCodes(limited)).toEqual([403, "429", "rate_limit_exceeded", "rate_limit_exceeded"]);
  expect(Number(limited.headers["retry-after"])).toBeGreaterThanOrEqual(1);
  await setApiAccess(systemActor(actor.workspaceId, "Operator"), false);
  expect(statusAndCodes(await nginx([...original(), ["x-api-key", secret]])).slice(0, 3)).toEqual([
    403,
    "403",
    "api_access_disabled",
  ]);
});

test("S40 a key in the original URL is denied, and neither it nor the query is logged", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  const answer = await ask([...original("GET", `/v1/documents?api_key=${secret}`), ["x-api-key", secret]]);
  expect(statusAndCodes(answer).slice(0, 3)).toEqual([400, "400", "invalid_request"]);
  await runtime().engine.accessLog.settled();
  const { rows } = await runtime().pool.query(
    "SELECT path, source, method FROM access_log.entries WHERE request_id = $1",
    [answer.headers["x-request-id"]],
  );
  expect(rows).toEqual([{ path: "/v1/documents", source: "forward_auth", method: "GET" }]);
});
