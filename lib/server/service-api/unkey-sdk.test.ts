import { Unkey } from "@unkey/api";
import { BadRequestErrorResponse, UnauthorizedErrorResponse } from "@unkey/api/models/errors";
import { expect, test } from "vitest";
import { changeApiKey } from "@/lib/server/keys/change-api-key";
import { revokeApiKey } from "@/lib/server/keys/revoke-api-key";
import { db, runtime } from "@/lib/server/runtime";
import { setApiAccess } from "@/lib/server/workspaces/workspace-settings";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { useKeyApiServer } from "@/tests/processes/key-api-server";

/** Unkey's published SDK, which validates every response against its own schemas, with this server as base URL. */
const serviceToken = "a-service-token-of-a-test";
useRuntime({ SERVICE_TOKEN: serviceToken });
const keyward = useKeyApiServer();

const unkey = (rootKey = serviceToken) => new Unkey({ rootKey, serverURL: keyward.origin() });

async function verify(key: string, permissions?: string) {
  const { meta, data } = await unkey().keys.verifyKey({ key, permissions, tags: ["path=/v1/files"] });
  expect(meta.requestId).toMatch(/^req_/);
  return data;
}

test("Unkey's SDK reads the key and its remaining limit", async () => {
  const { actor } = await makeWorkspace();
  const { secret, key } = await makeKey(actor, { name: "blog", rateLimitPerMinute: 10, expiresInDays: 30 });
  expect(await verify(secret)).toEqual({
    valid: true,
    code: "VALID",
    keyId: key.id,
    name: "blog",
    enabled: true,
    expires: key.expiresAt?.getTime(),
    permissions: ["read", "write"],
    ratelimits: [
      {
        exceeded: false,
        id: "default",
        name: "default",
        limit: 10,
        duration: 60_000,
        reset: expect.any(Number),
        remaining: 9,
        autoApply: true,
      },
    ],
  });
});

test("Unkey's SDK distinguishes unknown, revoked, disabled, expired, and forbidden keys", async () => {
  const { actor } = await makeWorkspace();
  expect(await verify("nonsense")).toEqual({ valid: false, code: "NOT_FOUND" });

  const revoked = await makeKey(actor);
  await revokeApiKey(actor, revoked.key.id);
  expect(await verify(revoked.secret)).toEqual({ valid: false, code: "NOT_FOUND" });

  const disabled = await makeKey(actor);
  await changeApiKey(actor, disabled.key.id, { disabled: true });
  expect(await verify(disabled.secret)).toMatchObject({ valid: false, code: "DISABLED", enabled: false });

  const expired = await makeKey(actor);
  await db().apiKey.update({
    where: { id: expired.key.id },
    data: { expiresAt: new Date(Date.now() - 1000) },
  });
  await runtime().engine.rejections.waitUntilRejectedEverywhere();
  expect(await verify(expired.secret)).toMatchObject({
    valid: false,
    code: "EXPIRED",
    keyId: expired.key.id,
  });

  const bound = await makeKey(actor, { allowedIps: ["203.0.113.0/24"] });
  expect(await verify(bound.secret)).toMatchObject({ valid: false, code: "FORBIDDEN" });
  const other = await makeWorkspace();
  const off = await makeKey(other.actor);
  await setApiAccess(other.actor, false);
  expect(await verify(off.secret)).toMatchObject({ valid: false, code: "FORBIDDEN" });
});

test("Unkey's SDK checks permission queries", async () => {
  const { actor } = await makeWorkspace();
  const reader = await makeKey(actor, { permissionLevel: "read_only" });
  const manager = await makeKey(actor, { canManageKeys: true });
  const codes = async (key: string, queries: string[]) => {
    const seen: Record<string, string> = {};
    for (const query of queries) seen[query] = (await verify(key, query)).code;
    return seen;
  };
  expect(await codes(reader.secret, ["read", "write", "read OR write", "read AND write"])).toEqual({
    read: "VALID",
    write: "INSUFFICIENT_PERMISSIONS",
    "read OR write": "VALID",
    "read AND write": "INSUFFICIENT_PERMISSIONS",
  });
  expect(await codes(manager.secret, ["(read AND write) AND manage_keys", "documents.publish"])).toEqual({
    "(read AND write) AND manage_keys": "VALID",
    "documents.publish": "INSUFFICIENT_PERMISSIONS",
  });
});

test("Unkey's SDK sees the rate limit, and denials don't count", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { permissionLevel: "read_only", rateLimitPerMinute: 1 });
  expect((await verify(secret, "write")).code).toBe("INSUFFICIENT_PERMISSIONS");
  expect((await verify(secret)).code).toBe("VALID");
  expect(await verify(secret)).toMatchObject({
    valid: false,
    code: "RATE_LIMITED",
    ratelimits: [{ exceeded: true, remaining: 0, limit: 1 }],
  });
});

test("a wrong root key is the SDK's typed error and reveals nothing about the key", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  const details = [];
  for (const key of [secret, "nonsense"]) {
    const error = await unkey("wrong-root-key")
      .keys.verifyKey({ key })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UnauthorizedErrorResponse);
    const { error: said, meta, statusCode } = error as UnauthorizedErrorResponse;
    expect([statusCode, said.status, meta.requestId]).toEqual([401, 401, expect.stringMatching(/^req_/)]);
    details.push(said.detail);
  }
  expect(details[0]).toBe(details[1]);
});

test("unsupported fields are rejected with the SDK's typed error that names the field", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  for (const [location, asked] of [
    ["ratelimits", { ratelimits: [{ name: "requests", limit: 5, duration: 1000 }] }],
    ["permissions", { permissions: "read AND" }],
  ] as const) {
    const error = await unkey()
      .keys.verifyKey({ key: secret, ...asked } as { key: string })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BadRequestErrorResponse);
    expect((error as BadRequestErrorResponse).error.errors).toEqual([
      { location: `body.${location}`, message: expect.any(String) },
    ]);
  }
});
