import { hash } from "node:crypto";
import { expect, test } from "vitest";
import { db } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { useKeyApi } from "@/tests/processes/key-api-server";
import { waitUntil } from "@/tests/wait-until";

const token = "a-service-token-of-a-test";
const bound = "a-service-token-of-one-workspace";
const boundTo = "ws_01kb2v6q3m8w1x5y7z9a0c2e4g";
useRuntime({ SERVICE_TOKENS: [`backend:${sha(token)}`, `one:${sha(bound)}:${boundTo}`].join() });
const call = useKeyApi();

function sha(text: string): string {
  return hash("sha256", text, "hex");
}
const by = (secret: string) => ({ authorization: `Bearer ${secret}` });
const ask = (method: string, path: string, body?: unknown, headers: Record<string, string> = by(token)) =>
  call(`/api/v1/workspaces${path}`, { method, headers, body });
type Json = Record<string, unknown> & { key_id: string; key: string; workspace_id: string };
const json = ({ json: answer }: { json: never }) => answer as Json;

let customers = 0;
/** A customer and one of its users, as a backend makes them. */
async function makeCustomer() {
  customers += 1;
  const id = `customer ${customers}`.replace(" ", ":");
  const path = `/ext:${encodeURIComponent(id)}`;
  const made = await ask("PUT", path, { name: `Customer ${customers}`, api_access: true });
  expect(made.status).toBe(201);
  const member = await ask("PUT", `${path}/members/ext:user%2F7`, { name: "Grace", role: "member" });
  expect(member.status).toBe(201);
  return { id, path, workspaceId: json(made).workspace_id, userId: json(member).user_id as string };
}

test("a backend makes a customer, its user and a key by its own ids, and every verdict tells them", async () => {
  const { id, path, workspaceId, userId } = await makeCustomer();
  expect((await ask("PUT", path, { name: "Renamed" })).status, "known now").toBe(200);
  const made = await ask("POST", `${path}/api-keys`, {
    name: "importer",
    permission_level: "read_write",
    owner: "ext:user/7",
    metadata: { plan: "pro", seats: 3, trial: false },
  });
  expect([made.status, made.headers["cache-control"], made.json]).toMatchObject([
    200,
    "no-store",
    {
      metadata: { plan: "pro", seats: 3, trial: false },
      created_by: { type: "service", id: "backend" },
      owner: { user_id: userId, name: "Grace" },
    },
  ]);
  const { key, key_id } = json(made);
  const verified = await call("/api/v1/verify", {
    method: "POST",
    headers: by(token),
    body: { key, workspace_id: `ext:${id}` },
  });
  expect(verified.json).toMatchObject({
    valid: true,
    workspace_id: workspaceId,
    external_workspace_id: id,
    external_user_id: "user/7",
    metadata: { plan: "pro", seats: 3, trial: false },
  });
  const forward = (query = "") =>
    call(`/api/forward-auth${query}`, {
      headers: { "x-api-key": key, "x-forwarded-method": "GET", "x-forwarded-uri": "/v1" },
    });
  expect((await forward()).headers).toMatchObject({
    "x-keyward-external-workspace-id": id,
    "x-keyward-external-user-id": "user/7",
  });
  expect((await forward(`?workspace=ext:${encodeURIComponent(id)}`)).status).toBe(200);
  expect((await forward("?workspace=ext:another")).status).toBe(403);
  const unkey = await call("/v2/keys.verifyKey", { method: "POST", headers: by(token), body: { key } });
  expect(unkey.json).toMatchObject({
    data: {
      valid: true,
      meta: { plan: "pro", seats: 3, trial: false },
      identity: { id: userId, externalId: "user/7" },
    },
  });
  const listed = await ask("GET", `${path}/api-keys`);
  expect(listed.json).toMatchObject({ total: 1, keys: [{ key_id, metadata: { plan: "pro" } }] });
});

test("a backend lists the keys of one of its users", async () => {
  const { path } = await makeCustomer();
  await ask("PUT", `${path}/members/ext:user%2F8`, { name: "Lin", role: "member" });
  const body = { name: "of Lin", permission_level: "read_only", owner: "ext:user/8" };
  const { key_id } = json(await ask("POST", `${path}/api-keys`, body));
  await ask("POST", `${path}/api-keys`, { ...body, name: "of Grace", owner: "ext:user/7" });
  const list = (owner: string) => ask("GET", `${path}/api-keys?owner=${owner}`);
  const listed = await list("ext:user%2F8");
  expect(listed.json).toMatchObject({ total: 1, keys: [{ key_id, name: "of Lin" }] });
  const { keys } = json(listed) as unknown as { keys: { owner: { user_id: string } }[] };
  expect((await list(keys[0]?.owner.user_id ?? "")).json).toMatchObject({ total: 1, keys: [{ key_id }] });
  for (const owner of ["ext:nobody", "usr_none", ""])
    expect((await list(owner)).json, owner).toMatchObject({
      error: { fields: { owner: expect.any(String) } },
    });
  const revoke = `${path}/api-keys/${key_id}?with_created_keys=1`;
  expect((await ask("DELETE", revoke)).json).toMatchObject({ status: "revoked", created_keys: 0 });
});

test("metadata is changed by a merge patch and inherited, and the audit log names its fields only", async () => {
  const { path, workspaceId } = await makeCustomer();
  const body = { name: "a", permission_level: "read_only", metadata: { plan: "pro", secretPlan: "x" } };
  const { key_id } = json(await ask("POST", `${path}/api-keys`, body));
  const patched = await ask("PATCH", `${path}/api-keys/${key_id}`, { metadata: { plan: null, seats: 5 } });
  expect(json(patched).metadata).toEqual({ secretPlan: "x", seats: 5 });
  const rotated = await ask("POST", `${path}/api-keys/${key_id}/rotate`, { overlap_seconds: null });
  expect(rotated.json).toMatchObject({
    metadata: { secretPlan: "x", seats: 5 },
    rotated_from: key_id,
    previous_expires_at: null,
  });
  const events = await db().auditEvent.findMany({ where: { workspaceId, targetId: key_id } });
  expect(JSON.stringify(events.map(({ details }) => details))).not.toMatch(/"pro"|"x"/);
  expect(events.map(({ actorType, actorId }) => [actorType, actorId])).toEqual(
    events.map(() => ["service", "backend"]),
  );
  const tooMany = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`f${index}`, 1]));
  for (const metadata of [
    { nested: { a: 1 } },
    { list: [1] },
    { big: "x".repeat(4096) },
    tooMany,
    { nul: "\u0000" },
    { "": 1 },
  ])
    expect((await ask("PATCH", `${path}/api-keys/${key_id}`, { metadata })).status).toBe(400);
});

test("S42 a token that is bound to a workspace knows of no other workspace and of none of its keys", async () => {
  const { actor, workspace } = await makeWorkspace();
  const foreign = await makeKey(actor);
  await db().workspace.create({
    data: { id: boundTo, slug: "bound", name: "Bound", apiAccess: true, externalId: "bound" },
  });
  const asBound = (method: string, path: string, body?: unknown) => ask(method, path, body, by(bound));
  expect((await asBound("GET", `/${boundTo}`)).status).toBe(200);
  expect((await asBound("GET", "/ext:bound")).status).toBe(200);
  for (const [method, path, body] of [
    ["GET", `/${workspace.id}`],
    ["GET", `/${workspace.id}/api-keys`],
    ["GET", `/${workspace.id}/api-keys/${foreign.key.id}`],
    ["DELETE", `/${workspace.id}/api-keys/${foreign.key.id}`],
    ["DELETE", `/${boundTo}/api-keys/${foreign.key.id}`],
    ["POST", `/${workspace.id}/api-keys`, { name: "a", permission_level: "read_only" }],
    ["PUT", `/${workspace.id}`, { name: "Taken" }],
    ["PUT", `/${workspace.id}/members/ext:a`, { name: "a", role: "admin" }],
  ] as const)
    expect((await asBound(method, path, body)).status, `${method} ${path}`).toBe(404);
  const listed = (await asBound("GET", "")).json as { workspaces: Json[] };
  expect(listed.workspaces.map(({ workspace_id }) => workspace_id)).toEqual([boundTo]);

  const service = (path: string, body: object) => call(path, { method: "POST", headers: by(bound), body });
  expect((await service("/api/v1/verify", { key: foreign.secret })).json).toMatchObject({
    valid: false,
    code: "invalid_key",
  });
  expect((await service("/v2/keys.verifyKey", { key: foreign.secret })).json).toMatchObject({
    data: { valid: false, code: "NOT_FOUND" },
  });
  const introspection = await call("/oauth/introspect", {
    method: "POST",
    headers: { ...by(bound), "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ token: foreign.secret }).toString(),
  });
  expect(introspection.json).toEqual({ active: false });
  for (const change of [
    { external_id: "x" },
    { api_access: true },
    { requests_per_minute: 5 },
    { quotas: [] },
  ])
    expect((await asBound("PUT", `/${boundTo}`, change)).status, JSON.stringify(change)).toBe(403);
  expect((await asBound("PUT", "/ext:new", { name: "New" })).status).toBe(404);
  expect((await asBound("PUT", `/${boundTo}`, { name: "Renamed" })).status).toBe(200);
  const policed = await asBound("PUT", `/${boundTo}`, { key_policy: { max_lifetime_days: 30 } });
  expect([policed.status, json(policed).key_policy]).toEqual([200, { max_lifetime_days: 30 }]);
});

test("S46 ids that are none, and members who are people, are refused and changed by nothing", async () => {
  const { workspace, owner, actor } = await makeWorkspace();
  const key = await makeKey(actor);
  for (const segment of [
    "ext:",
    "ext:%00",
    "ext:%",
    "ext:a%20b",
    "%2e%2e",
    "ws_unknown",
    `ext:${"x".repeat(201)}`,
  ])
    expect((await ask("GET", `/${segment}`)).status, segment).toBe(404);
  expect((await ask("PUT", "/ext:unknown", { api_access: true })).status, "without a name").toBe(404);
  const member = `/${workspace.id}/members/${owner.id}`;
  expect((await ask("PUT", member, { name: "Taken", role: "viewer" })).status).toBe(403);
  expect((await ask("DELETE", `${member}?keys=revoke`)).status).toBe(403);
  expect((await ask("DELETE", member)).status, "says nothing about keys").toBe(400);
  expect((await ask("DELETE", `${member}?keys=revoke&transfer_to=x`)).status).toBe(400);
  expect((await ask("PUT", `/${workspace.id}/members/ext:a`, { name: "a", role: "owner" })).status).toBe(400);
  const wrongOwner = { name: "a", permission_level: "read_only", owner: "ext:nobody" };
  expect((await ask("POST", `/${workspace.id}/api-keys`, wrongOwner)).status).toBe(400);
  expect((await ask("GET", `/${workspace.id}/api-keys/undefined`)).status).toBe(404);
  expect(await db().apiKey.findUniqueOrThrow({ where: { id: key.key.id } })).toMatchObject({
    revokedAt: null,
  });
});

test("S70 a member's role bounds its keys, and removing the member revokes or transfers them", async () => {
  const { path } = await makeCustomer();
  const create = (body: object) =>
    ask("POST", `${path}/api-keys`, { name: "a", permission_level: "read_write", ...body });
  const { key, key_id } = json(await create({ owner: "ext:user/7" }));
  const write = () =>
    call("/api/v1/verify", { method: "POST", headers: by(token), body: { key, permission: "write" } });
  expect((await write()).json).toMatchObject({ valid: true });
  await ask("PUT", `${path}/members/ext:user%2F7`, { name: "Grace", role: "viewer" });
  expect((await write()).json).toMatchObject({ valid: false, code: "insufficient_permissions" });
  expect((await create({ owner: "ext:user/7" })).status, "more than the role allows").toBe(400);
  const managing = { permission_level: "read_only", can_manage_keys: true, owner: "ext:user/7" };
  expect((await create(managing)).status).toBe(400);

  const other = await ask("PUT", `${path}/members/ext:other`, { name: "Alan", role: "admin" });
  const moved = await ask("DELETE", `${path}/members/ext:user%2F7?transfer_to=ext:other`);
  expect([moved.status, moved.json]).toMatchObject([200, { keys_transferred: 1, keys_revoked: 0 }]);
  expect((await ask("GET", `${path}/api-keys/${key_id}`)).json).toMatchObject({
    owner: { user_id: json(other).user_id },
    permission_level: "read_only",
  });
  const removed = await ask("DELETE", `${path}/members/ext:other?keys=revoke`);
  expect(removed.json).toMatchObject({ keys_revoked: 1 });
  expect((await write()).json).toMatchObject({ valid: false, code: "revoked_key" });
  expect((await ask("DELETE", `${path}/members/ext:other?keys=revoke`)).status).toBe(404);
});

test("an Idempotency-Key makes one key per label, workspace and route", async () => {
  const [one, two] = [await makeCustomer(), await makeCustomer()];
  const create = (path: string, name = "a") =>
    ask(
      "POST",
      `${path}/api-keys`,
      { name, permission_level: "read_only" },
      { ...by(token), "idempotency-key": "k1" },
    );
  const first = await create(one.path);
  expect(first.status).toBe(200);
  const again = await create(one.path);
  expect([again.status, again.body]).toEqual([409, expect.stringContaining(json(first).key_id)]);
  expect((await create(one.path, "b")).status).toBe(400);
  expect((await create(two.path)).status).toBe(200);
});

test("S45 of concurrent calls that create the same workspace, one creates it", async () => {
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => ask("PUT", "/ext:at-once", { name: "At once" })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([...Array(9).fill(200), 201]);
  expect(await db().workspace.count({ where: { externalId: "at-once" } })).toBe(1);
});

test("S77 a backend imports keys, whose format only a token for every workspace can add", async () => {
  const { path, workspaceId } = await makeCustomer();
  const secret = `cust_${"a1".repeat(20)}`;
  const line = {
    ...{ sha256: sha(secret), name: "old", key_prefix: "cust_", key_suffix: "a1a1", length: secret.length },
    ...{ permission_level: "read_only", owner: "ext:user/7", metadata: { plan: "pro" } },
  };
  const post = (query: string, text: string, secretToken = token) =>
    ask("POST", `${path}/api-keys/import${query}`, text, {
      ...by(secretToken),
      "content-type": "application/x-ndjson",
    });
  const lines = [line, { ...line, key_prefix: "" }, { ...line, name: "" }]
    .map((one) => JSON.stringify(one))
    .join("\n");
  const dry = await post("?dry_run=1", lines);
  expect(dry.json).toMatchObject({ imported: 1, skipped_total: 2 });
  const done = await post("", `${lines}\n`);
  expect([done.status, done.json]).toMatchObject([
    200,
    { imported: 1, skipped: [{ line: 2 }, { line: 3, reason: expect.stringMatching(/^name: /) }] },
  ]);
  await waitUntil("the key works", async () => {
    const verified = await call("/api/v1/verify", {
      method: "POST",
      headers: by(token),
      body: { key: secret },
    });
    return (verified.json as { valid: boolean }).valid;
  });
  expect((await post("", lines, bound)).status, "another workspace's token").toBe(404);
  expect((await post("?dry_run=2", lines)).status).toBe(400);
  expect(await db().apiKey.count({ where: { workspaceId } })).toBe(1);
});

test("workspaces are listed page by page, and found by external id", async () => {
  await makeCustomer();
  const { id } = await makeCustomer();
  const ids = new Set<string>();
  let cursor = "";
  do {
    const page = (await ask("GET", `?limit=2${cursor}`)).json as {
      workspaces: Json[];
      next_cursor: string | null;
    };
    for (const { workspace_id } of page.workspaces) ids.add(workspace_id);
    cursor = page.next_cursor === null ? "" : `&cursor=${page.next_cursor}`;
  } while (cursor !== "");
  expect(ids.size).toBe(await db().workspace.count());
  const found = (await ask("GET", `?external_id=${encodeURIComponent(id)}`)).json as { workspaces: Json[] };
  expect(found.workspaces).toMatchObject([{ external_id: id }]);
  for (const query of ["?limit=0", "?limit=1000", "?cursor=x", "?x=1"])
    expect((await ask("GET", query)).status, query).toBe(400);
});
