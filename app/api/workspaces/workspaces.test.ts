import { beforeEach, describe, expect, test } from "vitest";
import type { AccessLogPage } from "@/lib/contracts/access-logs";
import type {
  ApiKey,
  ApiKeyActivity,
  ApiKeyList,
  CreatedApiKey,
  RevokedApiKey,
} from "@/lib/contracts/api-keys";
import type { AuditEventPage } from "@/lib/contracts/audit-events";
import type { Workspace } from "@/lib/contracts/workspaces";
import { callConsole, type Sent } from "@/tests/console-routes";
import { makeMember, makeSessionCookie, makeWorkspace } from "@/tests/factories";
import { useKeyApi } from "@/tests/key-api-server";
import { useRuntime } from "@/tests/runtime";

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

function call(method: string, path: string, body?: unknown, sent: Sent = {}) {
  return callConsole(method, `/api/workspaces/${slug}${path}`, { cookie, body, ...sent });
}

async function createKey(input: Record<string, unknown> = {}): Promise<CreatedApiKey> {
  return (await call("POST", "/api-keys", { name: "blog ingest", permissionLevel: "read_write", ...input }))
    .json as CreatedApiKey;
}

describe("a workspace", () => {
  test("shows itself with whom to ask", async () => {
    const answer = (await call("GET", "")).json as Workspace;
    expect(answer).toMatchObject({
      slug,
      apiAccess: true,
      apiAccessByAdmins: true,
      role: "owner",
      admins: [{ name: "Ada", email: made.owner.email }],
    });
  });

  test("takes a new name and address; the old address is gone", async () => {
    const answer = await call("PATCH", "", { name: "New name", slug: `${slug}-moved` });
    expect(answer.json).toMatchObject({ name: "New name", slug: `${slug}-moved` });
    expect((await call("GET", "")).status).toBe(404);
  });

  test("refuses an address that is taken, reserved or malformed, at its field", async () => {
    const other = (await makeWorkspace()).workspace.slug;
    for (const wrong of [other, "settings", "api", "ab", "Caps", "a b c", "x".repeat(41)]) {
      expect((await call("PATCH", "", { slug: wrong })).json, wrong).toMatchObject({
        error: { code: "invalid_request", fields: { slug: expect.any(String) } },
      });
    }
  });

  test("lists its members with their roles and usable keys", async () => {
    await makeMember(made.workspace, "viewer");
    await createKey();
    const { members } = (await call("GET", "/members")).json as { members: unknown[] };
    expect(members).toMatchObject([
      { name: "Ada", role: "owner", activeKeys: 1, suspended: false },
      { role: "viewer", activeKeys: 0 },
    ]);
  });

  test("S35 switches API access, which holds for the next request of each key", async () => {
    const { secret } = await createKey();
    const use = async () =>
      (await callKeyApi("/api/public/v1/me", { headers: { "x-api-key": secret } })).status;
    expect(await use()).toBe(200);
    expect((await call("PUT", "/api-access", { enabled: false })).json).toMatchObject({ apiAccess: false });
    expect(await use()).toBe(403);
    expect((await call("GET", "/api-keys")).json).toMatchObject({ error: { code: "api_access_disabled" } });
    expect((await call("PUT", "/api-access", { enabled: true })).json).toMatchObject({ apiAccess: true });
    expect(await use()).toBe(200);
  });
});

describe("an API key", () => {
  test("S27 shows its secret in the one answer that made it, which no cache may keep, and nowhere after", async () => {
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

  test("is read-only or not, expires or not, as it was asked for", async () => {
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

  test("is refused with what is wrong at each field", async () => {
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

  test("S35 is refused from the next request on once it is disabled or revoked; a repeat gives the same moment", async () => {
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
    expect((await call("PATCH", `/api-keys/${key.id}`, { disabled: false })).json, "for ever").toMatchObject({
      error: { code: "conflict" },
    });
  });

  test("is found by status, owner and part of its name, page by page, each once", async () => {
    const keys = [
      await createKey({ name: "Alpha" }),
      await createKey({ name: "beta" }),
      await createKey({ name: "alphabet" }),
    ].map(({ key }) => key);
    await call("POST", `/api-keys/${keys[1]?.id}/revoke`);
    const names = async (query: string) =>
      ((await call("GET", `/api-keys?${query}`)).json as ApiKeyList).keys.map((key: ApiKey) => key.name);
    expect(await names("")).toEqual(["alphabet", "beta", "Alpha"]);
    expect(await names("search=ALPHA")).toEqual(["alphabet", "Alpha"]);
    expect(await names("status=revoked")).toEqual(["beta"]);
    expect(await names(`owner=${made.owner.id}&status=active`)).toEqual(["alphabet", "Alpha"]);
    expect(await names("owner=usr_nobody")).toEqual([]);
    const first = (await call("GET", "/api-keys?limit=2")).json as ApiKeyList;
    expect([first.total, first.keys.length]).toEqual([3, 2]);
    expect(await names(`limit=2&cursor=${first.nextCursor}`)).toEqual(["Alpha"]);
  });
});

describe("what happened", () => {
  test("shows with a key as its last use, its callers and its first request, and in the access log", async () => {
    const { key, secret } = await createKey();
    const headers = { "x-api-key": secret, "user-agent": "curl/8", "x-request-id": `mine-${slug}` };
    await callKeyApi("/api/public/v1/me", { headers });
    await callKeyApi("/api/public/v1/nothing-here", { headers });
    expect((await call("GET", `/api-keys/${key.id}`)).json).toMatchObject({
      lastUse: { userAgent: "curl/8", ip: "127.0.0.1" },
    });
    const activity = (await call("GET", `/api-keys/${key.id}/activity`)).json as ApiKeyActivity;
    expect(activity).toMatchObject({
      callers: [{ userAgent: "curl/8", ip: "127.0.0.1" }],
      callersInLastHour: 1,
      firstRequest: { ip: "127.0.0.1" },
    });
    const log = (await call("GET", `/access-logs?key=${key.id}&requestId=mine-${slug}&outcome=allowed`))
      .json as AccessLogPage;
    expect(log.entries[0]).toMatchObject({
      key: { id: key.id, name: "blog ingest" },
      method: "GET",
      path: "/api/public/v1/me",
      status: 200,
      code: "valid",
    });
    expect((await call("GET", `/access-logs?key=${key.id}&outcome=denied`)).json).toMatchObject({
      entries: [],
    });
  });

  test("is read by a member only as far as it is theirs", async () => {
    const { user, actor } = await makeMember(made.workspace, "member");
    const { secret } = await createKey();
    await callKeyApi("/api/public/v1/me", { headers: { "x-api-key": secret } });
    const theirs = await call("GET", "/access-logs", undefined, { cookie: await makeSessionCookie(user) });
    expect((theirs.json as AccessLogPage).entries).toEqual([]);
    expect(actor.role).toBe("member");
  });

  test("leaves one audit event a change, newest first, found by what, who and whom", async () => {
    const { key } = await createKey();
    await call("PATCH", `/api-keys/${key.id}`, { name: "renamed" });
    await call("POST", `/api-keys/${key.id}/revoke`);
    await call("POST", `/api-keys/${key.id}/revoke`);
    const actions = async (query: string) =>
      ((await call("GET", `/audit-events?${query}`)).json as AuditEventPage).events.map(
        ({ action }) => action,
      );
    expect(await actions(`target=${key.id}`)).toEqual([
      "api_key.revoked",
      "api_key.renamed",
      "api_key.created",
    ]);
    expect(await actions("action=api_key.renamed")).toEqual(["api_key.renamed"]);
    expect(await actions("actor=system")).toEqual(["workspace.api_access_enabled"]);
    const first = (await call("GET", "/audit-events?limit=1")).json as AuditEventPage;
    expect(await actions(`limit=1&cursor=${first.nextCursor}`)).toEqual(["api_key.renamed"]);
  });
});
