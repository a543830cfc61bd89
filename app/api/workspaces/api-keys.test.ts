import { beforeEach, describe, expect, test } from "vitest";
import type { ApiKey, ApiKeyList, CreatedApiKey, RevokedApiKey } from "@/lib/contracts/api-keys";
import { useRuntime } from "@/tests/database/runtime";
import { makeSessionCookie, makeWorkspace } from "@/tests/factories/factories";
import { callConsole } from "@/tests/processes/console-routes";
import { useKeyApi } from "@/tests/processes/key-api-server";

useRuntime();
const callKeyApi = useKeyApi();

let slug: string;
let cookie: string;
let made: Awaited<ReturnType<typeof makeWorkspace>>;
beforeEach(async () => {
  made = await makeWorkspace();
  slug = made.workspace.slug;
  cookie = await makeSessionCookie(made.owner);
});

function call(method: string, path: string, body?: unknown) {
  return callConsole(method, `/api/workspaces/${slug}${path}`, { cookie, body });
}

async function createKey(input: Record<string, unknown> = {}): Promise<CreatedApiKey> {
  return (await call("POST", "/api-keys", { name: "blog ingest", permissionLevel: "read_write", ...input }))
    .json as CreatedApiKey;
}

describe("an API key", () => {
  test("S27 shows its secret only in the uncached response that created it", async () => {
    const answer = await call("POST", "/api-keys", { name: "canary", permissionLevel: "read_only" });
    const { key, secret } = answer.json as CreatedApiKey;
    expect(answer.status).toBe(201);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(secret.startsWith(key.prefix) && secret.endsWith(key.suffix)).toBe(true);
    await callKeyApi("/api/public/v1/me", { headers: { "x-api-key": secret } });
    for (const path of [
      "/api-keys",
      `/api-keys/${key.id}`,
      `/api-keys/${key.id}/activity`,
      "/access-logs",
      "/audit-events",
      "",
      "/members",
    ]) {
      expect((await call("GET", path)).body, path).not.toContain(secret.slice(key.prefix.length, -4));
    }
  });

  test("has the requested permission level and expiry", async () => {
    const { key } = await createKey({
      permissionLevel: "read_only",
      expiresInDays: 30,
      environment: "staging",
      allowedIps: ["203.0.113.0/24"],
      rateLimitPerMinute: 7,
    });
    expect(key).toMatchObject({
      permissionLevel: "read_only",
      environment: "staging",
      allowedIps: ["203.0.113.0/24"],
      rateLimitPerMinute: 7,
      status: "active",
    });
    expect(Date.parse(key.expiresAt ?? "") - Date.parse(key.createdAt)).toBeGreaterThan(29.99 * 86_400_000);
    expect((await createKey()).key.expiresAt).toBeNull();
  });

  test("is rejected with a message for each invalid field", async () => {
    const answer = await call("POST", "/api-keys", {
      name: "",
      permissionLevel: "admin",
      expiresInDays: 0,
      environment: "Not This",
      allowedIps: ["1.2.3"],
    });
    const fields = ["allowedIps.0", "environment", "expiresInDays", "name", "permissionLevel"];
    expect(Object.keys((answer.json as { error: { fields: object } }).error.fields).sort()).toEqual(fields);
    const both = await call("POST", "/api-keys", {
      name: "n",
      permissionLevel: "read_only",
      expiresInDays: 1,
      expiresAt: "2030-01-01T00:00:00Z",
    });
    expect(both.json).toMatchObject({ error: { fields: { expiresAt: expect.any(String) } } });
    const past = await call("POST", "/api-keys", {
      name: "n",
      permissionLevel: "read_only",
      expiresAt: "2020-01-01T00:00:00Z",
    });
    expect(past.json).toMatchObject({ error: { fields: { expiresAt: expect.any(String) } } });
  });

  test("S35 is rejected from the next request once disabled or revoked; a repeat returns the same time", async () => {
    const { key, secret } = await createKey();
    const use = async () =>
      (await callKeyApi("/api/public/v1/me", { headers: { "x-api-key": secret } })).json as {
        error?: { code: string };
      };
    expect((await call("PATCH", `/api-keys/${key.id}`, { disabled: true })).json).toMatchObject({
      status: "disabled",
    });
    expect((await use()).error?.code).toBe("disabled_key");
    expect(
      (await call("PATCH", `/api-keys/${key.id}`, { disabled: false, name: "again" })).json,
    ).toMatchObject({ status: "active", name: "again" });
    expect((await use()).error).toBeUndefined();
    const first = (await call("POST", `/api-keys/${key.id}/revoke`)).json as RevokedApiKey;
    expect(first).toMatchObject({
      key: { status: "revoked" },
      rejectedEverywhere: { afterMs: expect.any(Number), instances: expect.any(Number) },
    });
    expect((await use()).error?.code).toBe("revoked_key");
    const second = (await call("POST", `/api-keys/${key.id}/revoke`)).json as RevokedApiKey;
    expect(second.key.revokedAt).toBe(first.key.revokedAt);
    expect(
      (await call("PATCH", `/api-keys/${key.id}`, { disabled: false })).json,
      "permanently",
    ).toMatchObject({
      error: { code: "conflict" },
    });
  });

  test("is found by status, owner, and part of its name, and appears once across pages", async () => {
    const keys = [
      await createKey({ name: "Alpha" }),
      await createKey({ name: "beta" }),
      await createKey({ name: "alphabet" }),
    ].map(({ key }) => key);
    await call("POST", `/api-keys/${keys[1]?.id}/revoke`);
    const names = async (query: string) =>
      ((await call("GET", `/api-keys?${query}`)).json as ApiKeyList).keys.map((key: ApiKey) => key.name);
    expect(await names("")).toEqual(["alphabet", "Alpha"]);
    expect(await names("status=all")).toEqual(["alphabet", "beta", "Alpha"]);
    expect(await names("search=ALPHA")).toEqual(["alphabet", "Alpha"]);
    expect(await names("status=revoked")).toEqual(["beta"]);
    expect(await names(`owner=${made.owner.id}&status=active`)).toEqual(["alphabet", "Alpha"]);
    expect(await names("owner=usr_nobody")).toEqual([]);
    const first = (await call("GET", "/api-keys?status=all&limit=2")).json as ApiKeyList;
    expect([first.total, first.keys.length]).toEqual([3, 2]);
    expect(await names(`status=all&limit=2&cursor=${first.nextCursor}`)).toEqual(["Alpha"]);
  });

  test("is found by all the text that its row shows", async () => {
    const { key } = await createKey({ name: "100% of_it \\ all" });
    await createKey({ name: "100 and of-it" });
    const found = async (search: string) =>
      ((await call("GET", `/api-keys?search=${encodeURIComponent(search)}`)).json as ApiKeyList).keys.map(
        ({ id }) => id,
      );
    for (const search of [
      "100%",
      "of_it",
      "\\",
      key.id,
      ` ${key.prefix} `,
      key.suffix,
      `${key.prefix}…${key.suffix}`,
      `${key.prefix}...${key.suffix}`,
      `${key.prefix}…`,
    ])
      expect(await found(search), search).toEqual([key.id]);
    for (const search of ["%%", "_%", "1_0", `${key.prefix}…none`])
      expect(await found(search), search).toEqual([]);
    for (const search of [made.owner.name.toUpperCase(), String(made.owner.email)])
      expect(await found(search), search).toHaveLength(2);
  });
});
