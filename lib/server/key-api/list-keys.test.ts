import { expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeWorkspace } from "@/tests/factories/factories";
import { useKeyApi } from "@/tests/processes/key-api-server";
import type { KeyActor } from "../actor";
import { requireVisibleKey } from "../keys/key-access";
import { listApiKeyPage } from "../keys/list-api-key-page";
import { db } from "../runtime";

useRuntime();
const call = useKeyApi();

type Listed = { key_id: string; name: string; status: string };
type Page = { keys: Listed[]; total: number; limit: number; offset: number };

async function list(secret: string, query = ""): Promise<Page> {
  const answer = await call(`/auth/api-keys${query}`, { headers: { "x-api-key": secret } });
  expect(answer.status, query).toBe(200);
  return answer.json;
}
const names = ({ keys }: Page) => keys.map(({ name }) => name);

test("the list shows active keys by default, and each key under exactly one status", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { name: "caller", canManageKeys: true });
  const past = new Date(Date.now() - 1000);
  for (const [name, data] of Object.entries({
    disabled: { disabledAt: past },
    expired: { expiresAt: past },
    revoked: { revokedAt: past },
    "disabled and expired": { disabledAt: past, expiresAt: past },
    "revoked and disabled": { revokedAt: past, disabledAt: past },
  })) {
    const { key } = await makeKey(actor, { name });
    await db().apiKey.update({ where: { id: key.id }, data });
  }
  expect(names(await list(secret))).toEqual(["caller"]);
  expect(names(await list(secret, "?status=active"))).toEqual(["caller"]);
  expect(names(await list(secret, "?status=disabled"))).toEqual(["disabled", "disabled and expired"]);
  expect(names(await list(secret, "?status=expired"))).toEqual(["expired"]);
  expect(names(await list(secret, "?status=revoked"))).toEqual(["revoked", "revoked and disabled"]);
  const all = await list(secret, "?status=all");
  expect(all.total).toBe(6);
  expect(all.keys.map(({ name, status }) => name.startsWith(status) || name === "caller")).toEqual(
    Array(6).fill(true),
  );
});

test("an entry shows the key without its secret, with its last use and revocation", async () => {
  const { actor, owner } = await makeWorkspace();
  const { key, secret } = await makeKey(actor, {
    canManageKeys: true,
    allowedIps: ["127.0.0.0/8"],
    rateLimitPerMinute: 50,
  });
  await list(secret);
  expect((await list(secret)).keys).toEqual([
    {
      key_id: key.id,
      name: "blog ingest",
      key_prefix: key.prefix,
      key_suffix: key.suffix,
      permission_level: "read_write",
      can_manage_keys: true,
      environment: "production",
      allowed_ips: ["127.0.0.0/8"],
      rate_limit_per_minute: 50,
      status: "active",
      created_at: key.createdAt.toISOString(),
      expires_at: null,
      last_used_at: expect.stringMatching(/Z$/),
      revoked_at: null,
      created_by: { type: "user", id: owner.id },
      owner: { user_id: owner.id, name: owner.name },
    },
  ]);
});

test("the key that created the calling key comes first, then the oldest", async () => {
  const { actor } = await makeWorkspace();
  await makeKey(actor, { name: "oldest" });
  const maker = await makeKey(actor, { name: "maker", canManageKeys: true });
  await makeKey(actor, { name: "younger" });
  const headers = { "x-api-key": maker.secret };
  const body = { name: "successor", permission_level: "read_write" };
  const made = (await call("/auth/api-keys", { method: "POST", headers, body })).json as { key: string };
  expect(names(await list(maker.secret))).toEqual(["oldest", "maker", "younger", "successor"]);
  expect(names(await list(made.key))).toEqual(["maker", "oldest", "younger", "successor"]);
  expect(names(await list(made.key, "?limit=2"))).toEqual(["maker", "oldest"]);
  expect(names(await list(made.key, "?limit=2&offset=2"))).toEqual(["younger", "successor"]);
  await call("/auth/api-keys/current", { method: "DELETE", headers });
  expect(names(await list(made.key))).toEqual(["oldest", "younger", "successor"]);
  expect(names(await list(made.key, "?status=revoked"))).toEqual(["maker"]);
});

test("S47 limit is 1 to 100 and offset is a whole number; anything else is 400 and names the parameter", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { canManageKeys: true });
  expect(await list(secret)).toMatchObject({ limit: 20, offset: 0, total: 1 });
  expect(await list(secret, "?limit=100&offset=7")).toMatchObject({
    limit: 100,
    offset: 7,
    total: 1,
    keys: [],
  });
  for (const [query, field] of [
    ["limit=0", "limit"],
    ["limit=-1", "limit"],
    ["limit=101", "limit"],
    ["limit=1e9", "limit"],
    ["limit=1.5", "limit"],
    ["limit=ten", "limit"],
    ["offset=-1", "offset"],
    ["offset=1e99", "offset"],
    ["status=unknown", "status"],
    ["limit=1&limit=2", "limit"],
    ["limit[$gt]=1", "limit[$gt]"],
    ["workspace_id=ws_1", "workspace_id"],
    ["constructor=1", "constructor"],
  ] as const) {
    const answer = await call(`/auth/api-keys?${query}`, { headers: { "x-api-key": secret } });
    expect(answer.status, query).toBe(400);
    const said = field === "constructor" ? "Unknown field." : expect.any(String);
    expect(answer.json).toMatchObject({ error: { code: "invalid_request", fields: { [field]: said } } });
  }
});

test("S41 a key whose owner isn't an admin sees only its owner's keys", async () => {
  const { actor, workspace } = await makeWorkspace();
  const { key: admins } = await makeKey(actor);
  const member = await makeMember(workspace, "member");
  const { key } = await makeKey(member.actor);
  // Members' keys can't manage keys today. The rule applies in case one could.
  const caller: KeyActor = {
    ...{
      type: "key",
      workspaceId: workspace.id,
      keyId: key.id,
      name: key.name,
      ownerId: member.user.id,
      role: "member",
      roleCeiling: null,
    },
    ...{
      permissions: new Set(),
      permissionLevel: "read_write",
      canManageKeys: true,
      environment: "production",
      allowedIps: [],
      reportOnlyIps: [],
      reportOnlyEnforceAt: null,
      reportOnlyRateLimit: null,
    },
    ...{
      rateLimitPerMinute: null,
      limitPerMinute: 600,
      expiresAt: null,
      lifetimeSeconds: null,
      origin: member.actor.origin,
    },
  };
  const page = await listApiKeyPage(caller, { status: "all", limit: 10, offset: 0 });
  expect([page.keys.map((listed) => listed.key.id), page.total]).toEqual([[key.id], 1]);
  await expect(requireVisibleKey(db(), caller, admins.id)).rejects.toMatchObject({ code: "not_found" });
  expect((await requireVisibleKey(db(), caller, key.id)).id).toBe(key.id);
});
