import { expect, test } from "vitest";
import { systemActor } from "@/lib/server/actor";
import { revokeApiKey } from "@/lib/server/keys/revoke-api-key";
import { runtime } from "@/lib/server/runtime";
import { setApiAccess } from "@/lib/server/workspaces/workspace-settings";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { useKeyApiServer } from "@/tests/processes/key-api-server";
import { AnswerCache } from "./answer-cache";
import { createKeyward } from "./create-keyward";

const serviceToken = "a-service-token-of-a-test";
useRuntime({ SERVICE_TOKEN: serviceToken });
const server = useKeyApiServer();
const connect = (maxAgeSeconds?: number) =>
  createKeyward({
    url: server.origin(),
    serviceToken,
    timeoutMs: 15_000,
    ...(maxAgeSeconds !== undefined && { maxAgeSeconds }),
  });

test("without maxAgeSeconds a revoked key is denied immediately", async () => {
  const { actor } = await makeWorkspace();
  const { key, secret } = await makeKey(actor);
  const keyward = connect();
  const ask = () => keyward.verify({ headers: ["x-api-key", secret] });
  expect((await ask()).code).toBe("valid");
  await revokeApiKey(actor, key.id);
  expect((await ask()).code).toBe("revoked_key");
});

test("with maxAgeSeconds a cached allow outlives a revocation, and is neither counted nor logged", async () => {
  const { actor } = await makeWorkspace();
  const { key, secret } = await makeKey(actor, { rateLimitPerMinute: 2 });
  const keyward = connect(300);
  const ask = () => keyward.verify({ headers: ["x-api-key", secret, "x-request-id", "mine"] });
  expect(await ask()).toMatchObject({ valid: true, cached: false });
  await revokeApiKey(actor, key.id);
  for (let times = 0; times < 5; times += 1)
    expect(await ask()).toMatchObject({ valid: true, cached: true, requestId: "mine" });
  await runtime().engine.accessLog.settled();
  const { rows } = await runtime().pool.query("SELECT 1 FROM access_log.entries WHERE key_id = $1", [key.id]);
  expect(rows).toHaveLength(1);
  expect((await connect(300).verify({ headers: ["x-api-key", secret] })).code).toBe("revoked_key");
});

test("a cached answer is used only for the same request, and denials are not cached", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { permissionLevel: "read_only", allowedIps: ["203.0.113.9"] });
  const keyward = connect(60);
  const codeOf = async (more: object) =>
    (await keyward.verify({ headers: ["x-api-key", secret], clientIp: "203.0.113.9", ...more })).code;
  expect(await codeOf({})).toBe("valid");
  expect(await codeOf({ method: "GET" })).toBe("valid");
  expect(await codeOf({ method: "POST" })).toBe("insufficient_permissions");
  expect(await codeOf({ permission: "write" })).toBe("insufficient_permissions");
  expect(await codeOf({ clientIp: "203.0.113.10" })).toBe("ip_not_allowed");
  expect(await codeOf({ workspaceId: "ws_other" })).toBe("insufficient_permissions");
  const off = await makeWorkspace({ apiAccess: false });
  const later = await makeKey(off.actor);
  const ask = async () => (await keyward.verify({ headers: ["x-api-key", later.secret] })).code;
  expect(await ask()).toBe("api_access_disabled");
  await setApiAccess(systemActor(off.workspace.id, "Operator"), true);
  expect(await ask()).toBe("valid");
});

test("a cached answer is used only for the same method, path, permission, workspace and address", async () => {
  const answer = { valid: true, code: "valid", expiresAt: null } as never;
  const asked = {
    ...{ key: "k", method: "GET", path: "/files", permission: "read" as const },
    ...{ workspace_id: "ws_1", client_ip: "203.0.113.9", user_agent: "curl" },
  };
  const cache = new AnswerCache(60);
  cache.keep(asked, answer, performance.now());
  expect(cache.find({ ...asked })).toBe(answer);
  const { user_agent, ...quiet } = asked;
  expect(cache.find({ ...quiet, user_agent: "another" })).toBe(answer);
  for (const field of ["key", "method", "path", "permission", "workspace_id", "client_ip"] as const) {
    expect(cache.find({ ...asked, [field]: "other" }), field).toBeUndefined();
    const { [field]: _, ...without } = asked;
    expect(cache.find(without as typeof asked), field).toBeUndefined();
  }
  // A field that this version doesn't know yet still makes another question.
  expect(cache.find({ ...asked, meter: "uploads" } as typeof asked)).toBeUndefined();
});

test("a cached answer expires with its maximum age and its key, and the oldest is evicted when the cache is full", () => {
  const answer = {
    valid: true,
    code: "valid",
    workspaceId: "ws",
    userId: "usr",
    role: "owner",
    externalWorkspaceId: null,
    externalUserId: null,
    metadata: {},
    keyId: "key",
    name: "k",
    permissionLevel: "read_only",
    permissions: [] as string[],
    environment: "production",
    expiresAt: null as Date | null,
    rateLimit: null,
  } as const;
  const cache = new AnswerCache(60);
  const now = performance.now();
  cache.keep({ key: "expired" }, { ...answer, expiresAt: new Date(Date.now() - 1) }, now);
  cache.keep({ key: "asked long ago" }, answer, now - 60_000);
  cache.keep({ key: "asked lately" }, answer, now - 50_000);
  cache.keep({ key: "good" }, { ...answer, expiresAt: new Date(Date.now() + 60_000) }, now);
  expect(cache.find({ key: "expired" })).toBeUndefined();
  expect(cache.find({ key: "asked long ago" })).toBeUndefined();
  expect(cache.find({ key: "asked lately" })).toBeDefined();
  expect(cache.find({ key: "good" })).toBeDefined();
  for (let index = 0; index < 10_000; index += 1) cache.keep({ key: String(index) }, answer, now);
  expect(cache.find({ key: "good" })).toBeUndefined();
  expect(cache.find({ key: "0" })).toBeDefined();
});
