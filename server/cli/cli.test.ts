import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test, vi } from "vitest";
import { verifyPassword } from "@/lib/server/accounts/users/password";
import { db } from "@/lib/server/runtime";
import { releaseVersion } from "@/lib/server/version";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeWorkspace } from "@/tests/factories/factories";
import { useKeyApi } from "@/tests/processes/key-api-server";
import { expectDone, expectFailed, useKeywardCommand } from "@/tests/processes/keyward-command";

useRuntime();
const call = useKeyApi();
const keyward = useKeywardCommand();
// Each command starts a process that loads the whole program.
vi.setConfig({ testTimeout: 60_000 });
const password = "correct horse battery staple";

async function passwordOf(email: string): Promise<string | null> {
  return (await db().user.findUniqueOrThrow({ where: { email } })).passwordHash;
}

test("user create creates a person with a workspace, and prints a generated password if none was given", async () => {
  const made = await keyward([
    "user",
    "create",
    "--email",
    "Eve@Example.test",
    "--name",
    "Eve",
    "--workspace",
    "Eve's",
    "--json",
  ]);
  expectDone(made);
  expect(made.json).toEqual({
    user_id: expect.stringMatching(/^usr_/),
    email: "eve@example.test",
    name: "Eve",
    workspace_id: expect.stringMatching(/^ws_/),
    password: expect.stringMatching(/^[\w-]{20}$/),
  });
  const generated = (made.json as { password: string }).password;
  expect(await verifyPassword(generated, await passwordOf("eve@example.test"))).toBe(true);
  const plain = await keyward(["user", "create", "--email", "plain@example.test", "--name", "Plain"]);
  expect(plain).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Created plain@example.test .*\nPassword: \S{20}\n$/),
  });
});

test("a password from KEYWARD_PASSWORD or standard input works and isn't printed", async () => {
  const create = ["user", "create", "--name", "A", "--json", "--email"];
  const fromEnv = await keyward([...create, "env@example.test"], { env: { KEYWARD_PASSWORD: password } });
  const fromStdin = await keyward([...create, "stdin@example.test", "--password-stdin"], {
    stdin: ` ${password} \n`,
  });
  const fromOption = await keyward([...create, "option@example.test", "--password", password]);
  for (const ended of [fromEnv, fromStdin, fromOption]) {
    expectDone(ended);
    expect(Object.keys(ended.json)).toEqual(["user_id", "email", "name", "workspace_id"]);
    expect(ended.stdout).not.toContain(password);
  }
  expect(await verifyPassword(password, await passwordOf("env@example.test"))).toBe(true);
  expect(await verifyPassword(` ${password} `, await passwordOf("stdin@example.test"))).toBe(true);
  expect(await verifyPassword(password, await passwordOf("option@example.test"))).toBe(true);
});

test("--password is rejected unless the server is local", async () => {
  const env = {
    APP_URL: "https://console.acme.dev",
    AUTH_SECRET: "q7Yw2LmZx9RtVb4NcKs8HdFg1JpQeUaT",
    ENCRYPTION_KEYS: Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString("base64"),
  };
  const create = ["user", "create", "--email", "far@example.test", "--name", "Far", "--json"];
  const refused = await keyward([...create, "--password", password], { env });
  expectFailed(refused, /--password is for a local server only/);
  expect(refused.stderr).not.toContain(password);
  expectDone(await keyward(create, { env: { ...env, KEYWARD_PASSWORD: password } }));
});

test("--version prints the release, with its commit if the build knew it", async () => {
  const ended = await keyward(["--version"]);
  expectDone(ended);
  expect(ended.stdout).toMatch(/^\d+\.\d+\.\d+(\+[0-9a-f]{7,12}(\.modified)?)?\n$/);
  expect(ended.stdout).toContain(releaseVersion);
});

test("user list and workspace list print all rows and the total", async () => {
  const { workspace, owner } = await makeWorkspace({ name: "Listed" });
  const users = await keyward(["user", "list", "--json"]);
  expectDone(users);
  const listed = users.json as { users: { user_id: string; email: string; name: string }[]; total: number };
  expect(listed.total).toBe(listed.users.length);
  expect(listed.users).toContainEqual(
    expect.objectContaining({ user_id: owner.id, email: owner.email, name: owner.name }),
  );
  const workspaces = await keyward(["workspace", "list", "--json"]);
  expectDone(workspaces);
  const { total, workspaces: all } = workspaces.json as { workspaces: object[]; total: number };
  expect(total).toBe(await db().workspace.count());
  expect(all).toContainEqual(
    expect.objectContaining({
      workspace_id: workspace.id,
      slug: workspace.slug,
      name: "Listed",
      api_access: true,
    }),
  );
  expect((await keyward(["workspace", "list"])).stdout).toMatch(
    new RegExp(`^ID .*SLUG .*\n[^]*${workspace.id}`),
  );
});

test("workspace set changes API access and the limit, with immediate effect for its keys", async () => {
  const { workspace, actor } = await makeWorkspace({ apiAccess: false });
  const { secret } = await makeKey(actor);
  const me = () => call("/api/public/v1/me", { headers: { "x-api-key": secret } });
  expect((await me()).json).toMatchObject({ error: { code: "api_access_disabled" } });
  const set = (...args: string[]) =>
    keyward(["workspace", "set", "--workspace", workspace.slug, "--json", ...args]);
  const on = await set("--api-access", "on", "--requests-per-minute", "7");
  expectDone(on);
  expect(on.json).toMatchObject({
    workspace_id: workspace.id,
    slug: workspace.slug,
    name: workspace.name,
    api_access: true,
  });
  expect((await me()).headers["x-ratelimit-limit"]).toBe("7");
  expect((await set("--api-access", "off")).json).toMatchObject({ api_access: false });
  expect((await me()).status).toBe(403);
  const events = await db().auditEvent.findMany({
    where: { workspaceId: workspace.id, actorType: "system" },
    orderBy: { id: "asc" },
  });
  expect(events.map(({ action }) => action)).toEqual([
    "workspace.updated",
    "workspace.api_access_enabled",
    "workspace.api_access_disabled",
  ]);
});

test("workspace set --quota sets monthly and daily quotas by meter, and removes them", async () => {
  const { workspace, actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  const set = (...quotas: string[]) =>
    keyward([
      "workspace",
      "set",
      "--workspace",
      workspace.slug,
      "--json",
      ...quotas.flatMap((one) => ["--quota", one]),
    ]);
  const both = await set("requests=2", "uploads=5/day");
  expectDone(both);
  expect((both.json as { quotas: object[] }).quotas).toEqual([
    { meter: "requests", limit: 2, period: "month" },
    { meter: "uploads", limit: 5, period: "day" },
  ]);
  const statuses = [];
  for (let times = 0; times < 3; times += 1)
    statuses.push((await call("/api/public/v1/me", { headers: { "x-api-key": secret } })).status);
  expect(statuses).toEqual([200, 200, 429]);
  expect((await set("requests=none")).json).toMatchObject({ quotas: [{ meter: "uploads" }] });
  expectFailed(await set("requests=1/week"), /METER=N/);
});

test("key create prints the key once, owned by the first owner unless named", async () => {
  const { workspace, owner } = await makeWorkspace();
  const { user } = await makeMember(workspace, "member");
  const create = ["key", "create", "--workspace", workspace.id, "--name", "ci", "--permission"];
  const made = await keyward([...create, "read_write", "--manage-keys", "--expires-in-days", "30", "--json"]);
  expectDone(made);
  expect(made.json).toMatchObject({
    key_id: expect.stringMatching(/^key_/),
    key: expect.stringMatching(/^kw_sk_/),
    permission_level: "read_write",
    can_manage_keys: true,
    environment: "production",
    status: "active",
    created_by: { type: "system", id: "system" },
    owner: { user_id: owner.id, name: owner.name },
  });
  const { key } = made.json as { key: string };
  expect((await call("/auth/api-keys/current", { headers: { "x-api-key": key } })).status).toBe(200);
  const named = await keyward([...create, "read_only", "--owner", user.email.toUpperCase(), "--json"]);
  expect(named.json).toMatchObject({ owner: { user_id: user.id }, can_manage_keys: false, expires_at: null });
  const plain = await keyward([...create, "read_only"]);
  expect([plain.code, plain.stdout]).toEqual([0, expect.stringMatching(/^kw_sk_[0-9A-Za-z]{38}\n$/)]);
  expectFailed(
    await keyward([...create, "read_only", "--manage-keys", "--owner", user.email]),
    /member can't own such a key/,
  );
});

test("permission set replaces the catalog, and key create gives some of it", async () => {
  const { workspace } = await makeWorkspace();
  const catalog = {
    permissions: [{ name: "files:read", title: "Read files", access: "read" }],
    routes: [{ method: "GET", path: "/files/**", permission: "files:read" }],
  };
  const file = path.join(mkdtempSync(path.join(tmpdir(), "keyward-test-")), "permissions.json");
  writeFileSync(file, JSON.stringify(catalog));
  const set = await keyward(["permission", "set", "--file", file, "--json"]);
  expectDone(set);
  expect(set.json).toEqual(catalog);
  expect((await keyward(["permission", "list"])).stdout).toContain("files:read");
  const create = ["key", "create", "--workspace", workspace.id, "--name", "ci", "--permission", "custom"];
  const made = await keyward([...create, "--permissions", "files:read", "--json"]);
  expect(made.json).toMatchObject({ permission_level: "custom", permissions: ["files:read"] });
  expectFailed(await keyward([...create, "--permissions", "files:write"]), /files:write: not declared/);
  expectFailed(await keyward(create), /at least one permission/);
  writeFileSync(file, "{");
  expectFailed(await keyward(["permission", "set", "--file", file]), /is not JSON/);
  expectFailed(await keyward(["permission", "set", "--file", `${file}.none`]), /ENOENT/);
});

test("key list shows all keys without secrets, and key revoke returns when the key is denied", async () => {
  const { workspace, actor } = await makeWorkspace();
  const { key, secret } = await makeKey(actor);
  const revoked = await keyward(["key", "revoke", "--key-id", key.id, "--json"]);
  expectDone(revoked);
  expect(revoked.json).toMatchObject({
    key_id: key.id,
    status: "revoked",
    rejected_everywhere: { after_ms: expect.any(Number), instances: 1 },
  });
  expect((await call("/api/public/v1/me", { headers: { "x-api-key": secret } })).status).toBe(401);
  await makeKey(actor, { name: "second" });
  const list = await keyward(["key", "list", "--workspace", workspace.slug, "--json"]);
  expectDone(list);
  expect(list.json).toMatchObject({
    total: 2,
    keys: [
      { key_id: key.id, status: "revoked" },
      { name: "second", status: "active" },
    ],
  });
  expect(list.stdout).not.toContain(secret);
  expect(list.json).not.toHaveProperty("keys.0.key");
});

test("key revoke --with-created-keys also revokes what the key made", async () => {
  const { actor } = await makeWorkspace();
  const [{ key }, made] = [await makeKey(actor), await makeKey(actor)];
  await db().apiKey.update({
    where: { id: made.key.id },
    data: { createdByType: "key", createdById: key.id },
  });
  const revoke = () => keyward(["key", "revoke", "--key-id", key.id, "--with-created-keys", "--json"]);
  const revoked = await revoke();
  expectDone(revoked);
  expect(revoked.json).toMatchObject({ key_id: key.id, created_keys: 1 });
  expect((await call("/api/public/v1/me", { headers: { "x-api-key": made.secret } })).status).toBe(401);
  expect((await revoke()).json, "again").toMatchObject({ status: "revoked", created_keys: 0 });
});

test("a workspace is identified by id, slug or unambiguous name", async () => {
  const { workspace } = await makeWorkspace({ name: "Twice" });
  const list = (named: string) => keyward(["key", "list", "--workspace", named]);
  for (const named of [workspace.id, workspace.slug, "Twice"]) expectDone(await list(named));
  await makeWorkspace({ name: "Twice" });
  expectFailed(await list("Twice"), /Several workspaces are named Twice/);
});

test("workspace domain verifies a domain without DNS, for one workspace", async () => {
  const [{ workspace }, other] = [await makeWorkspace(), await makeWorkspace()];
  const command = (slug: string, domain: string) =>
    keyward(["workspace", "domain", "--workspace", slug, "--domain", domain, "--verified", "--json"]);
  const made = await command(workspace.slug, "Example.org");
  expectDone(made);
  expect(made.json).toEqual({ workspace_id: workspace.id, domain: "example.org", verified: true });
  expect(await db().workspaceDomain.findFirst({ where: { workspaceId: workspace.id } })).toMatchObject({
    provenDomain: "example.org",
    requireSso: false,
  });
  expectFailed(await command(other.workspace.slug, "example.org"), /Another workspace/);
  expectFailed(await command(workspace.slug, "no domain"), /domain such as example.com/);
});
