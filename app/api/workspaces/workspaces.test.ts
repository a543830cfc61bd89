import { beforeEach, describe, expect, test } from "vitest";
import type { AccessLogPage } from "@/lib/contracts/access-logs";
import type { ApiKeyActivity, CreatedApiKey } from "@/lib/contracts/api-keys";
import type { AuditEventPage } from "@/lib/contracts/audit-events";
import type { Workspace } from "@/lib/contracts/workspaces";
import { useRuntime } from "@/tests/database/runtime";
import { makeMember, makeSessionCookie, makeWorkspace } from "@/tests/factories/factories";
import { callConsole, type Sent } from "@/tests/processes/console-routes";
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

function call(method: string, path: string, body?: unknown, sent: Sent = {}) {
  return callConsole(method, `/api/workspaces/${slug}${path}`, { cookie, body, ...sent });
}

async function createKey(input: Record<string, unknown> = {}): Promise<CreatedApiKey> {
  return (await call("POST", "/api-keys", { name: "blog ingest", permissionLevel: "read_write", ...input }))
    .json as CreatedApiKey;
}

describe("a workspace", () => {
  test("shows its admins", async () => {
    const answer = (await call("GET", "")).json as Workspace;
    expect(answer).toMatchObject({
      slug,
      apiAccess: true,
      apiAccessByAdmins: true,
      role: "owner",
      admins: [{ name: "Ada", email: made.owner.email }],
    });
  });

  test("can get a new name and slug; the old slug is gone", async () => {
    const answer = await call("PATCH", "", { name: "New name", slug: `${slug}-moved` });
    expect(answer.json).toMatchObject({ name: "New name", slug: `${slug}-moved` });
    expect((await call("GET", "")).status).toBe(404);
  });

  test("rejects a taken, reserved, or malformed slug", async () => {
    const other = (await makeWorkspace()).workspace.slug;
    for (const wrong of [other, "settings", "api", "ab", "Caps", "a b c", "x".repeat(41)]) {
      expect((await call("PATCH", "", { slug: wrong })).json, wrong).toMatchObject({
        error: { code: "invalid_request", fields: { slug: expect.any(String) } },
      });
    }
  });

  test("lists its members with their roles and active keys", async () => {
    await makeMember(made.workspace, "viewer");
    await createKey();
    const { members } = (await call("GET", "/members")).json as { members: unknown[] };
    expect(members).toMatchObject([
      { name: "Ada", role: "owner", activeKeys: 1, suspended: false },
      { role: "viewer", activeKeys: 0 },
    ]);
  });

  test("S35 turns API access on and off, which applies to the next request of each key", async () => {
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

describe("activity", () => {
  test("shows a key's last use, callers, and first request, and appears in the access log", async () => {
    const { key, secret } = await createKey();
    const headers = { "x-api-key": secret, "user-agent": "curl/8", "x-request-id": `mine-${slug}` };
    await callKeyApi("/api/public/v1/me", { headers });
    await callKeyApi("/api/public/v1/nothing-here", { headers });
    expect((await call("GET", `/api-keys/${key.id}`)).json).toMatchObject({
      lastUse: { userAgent: "curl/8", ip: "127.0.0.1" },
    });
    const activity = (await call("GET", `/api-keys/${key.id}/activity`)).json as ApiKeyActivity;
    expect(activity).toMatchObject({
      callers: [
        { client: "curl", lastIp: "127.0.0.1", block: "127.0.0.0/24", method: "GET", route: "/api/public" },
      ],
      otherCallers: null,
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

  test("tells of a refused request until one is allowed", async () => {
    const { key, secret } = await createKey({ allowedIps: ["203.0.113.7"] });
    const use = () => callKeyApi("/api/public/v1/me", { headers: { "x-api-key": secret } });
    const activity = async () => (await call("GET", `/api-keys/${key.id}/activity`)).json;
    expect(await activity()).toMatchObject({ firstRequest: null, refusedRequest: null });
    await use();
    expect(await activity()).toMatchObject({
      firstRequest: null,
      refusedRequest: { code: "ip_not_allowed", ip: "127.0.0.1" },
    });
    await call("PATCH", `/api-keys/${key.id}`, { allowedIps: ["203.0.113.7", "127.0.0.1"] });
    await use();
    expect(await activity()).toMatchObject({ firstRequest: { ip: "127.0.0.1" }, refusedRequest: null });
  });

  test("is visible to members only for their own keys", async () => {
    const { user, actor } = await makeMember(made.workspace, "member");
    const { secret } = await createKey();
    await callKeyApi("/api/public/v1/me", { headers: { "x-api-key": secret } });
    const theirs = await call("GET", "/access-logs", undefined, { cookie: await makeSessionCookie(user) });
    expect((theirs.json as AccessLogPage).entries).toEqual([]);
    expect(actor.role).toBe("member");
  });

  test("has one audit event per change, newest first, found by action, actor, and target", async () => {
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
