import { randomUUID } from "node:crypto";
import { expect, test, vi } from "vitest";
import { createApiKeyInput } from "@/lib/contracts/api-key-input";
import { checkPassword } from "@/lib/server/accounts/users/check-password";
import { hashPassword, verifyPassword } from "@/lib/server/accounts/users/password";
import { createApiKey } from "@/lib/server/keys/create-api-key";
import { db, runtime } from "@/lib/server/runtime";
import { beginSession } from "@/lib/server/sessions/begin-session";
import { findSession } from "@/lib/server/sessions/session-store";
import { addServiceMember } from "@/lib/server/workspaces/members/service-members";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeWorkspace, password } from "@/tests/factories/factories";
import { useKeyApi } from "@/tests/processes/key-api-server";
import { expectDone, expectFailed, useKeywardCommand } from "@/tests/processes/keyward-command";
import { waitUntil } from "@/tests/wait-until";

useRuntime();
const call = useKeyApi();
const keyward = useKeywardCommand();
// Each command starts a process that loads the whole program.
vi.setConfig({ testTimeout: 60_000 });
const origin = { ip: "203.0.113.9", userAgent: "test", requestId: null };

const me = (secret: string) => call("/api/public/v1/me", { headers: { "x-api-key": secret } });

async function signedIn(userId: string) {
  const { token } = await beginSession(userId, origin, null, null);
  return async () => (await findSession(token, false)) !== null;
}

test("user reset-password sets a new password, ends sessions and unlocks the account", async () => {
  const { owner } = await makeWorkspace();
  const isSignedIn = await signedIn(owner.id);
  const guess = () => checkPassword(owner.email, "wrong password, again", origin).catch(({ code }) => code);
  await waitUntil("the account is locked", async () => (await guess()) === "too_many_attempts");
  const reset = await keyward(["user", "reset-password", "--email", owner.email.toUpperCase(), "--json"]);
  expectDone(reset);
  expect(reset.json).toEqual({
    user_id: owner.id,
    email: owner.email,
    password: expect.stringMatching(/^[\w-]{20}$/),
  });
  expect(await isSignedIn()).toBe(false);
  const generated = (reset.json as { password: string }).password;
  expect((await checkPassword(owner.email, generated, { ...origin, ip: "203.0.113.77" })).id).toBe(owner.id);
  const [event] = await db().auditEvent.findMany({
    where: { targetId: owner.id, action: "account.password_reset" },
  });
  expect(event).toMatchObject({ actorType: "system", actorName: "Operator" });
  expectFailed(
    await keyward(["user", "reset-password", "--email", "nobody@example.test"]),
    /There is no account/,
  );
});

test("user reset-two-step removes all second factors and ends sessions; the password stays", async () => {
  const { owner } = await makeWorkspace();
  await db().user.update({ where: { id: owner.id }, data: { emailCodesAt: new Date() } });
  await db().totpFactor.create({
    data: { userId: owner.id, secret: Buffer.from("x"), confirmedAt: new Date() },
  });
  await db().recoveryCode.create({ data: { userId: owner.id, codeHash: Buffer.from(randomUUID()) } });
  const isSignedIn = await signedIn(owner.id);
  expectDone(await keyward(["user", "reset-two-step", "--email", owner.email, "--json"]));
  const user = await db().user.findUniqueOrThrow({
    where: { id: owner.id },
    include: { totp: true, recoveryCodes: true },
  });
  expect([user.emailCodesAt, user.totp, user.recoveryCodes, await isSignedIn()]).toEqual([
    null,
    null,
    [],
    false,
  ]);
  expect(await verifyPassword(password, user.passwordHash)).toBe(true);
});

test("user end-sessions signs a person out and prints the number of sessions", async () => {
  const { owner } = await makeWorkspace();
  const [first, second] = [await signedIn(owner.id), await signedIn(owner.id)];
  const ended = await keyward(["user", "end-sessions", "--email", owner.email]);
  expect(ended.stdout).toContain("2 sessions ended");
  expect([await first(), await second()]).toEqual([false, false]);
  expect((await keyward(["user", "end-sessions", "--email", owner.email, "--json"])).json).toMatchObject({
    sessions_ended: 0,
  });
});

test("S21 user disable ends sessions and denies sign-ins and keys at once; enable undoes exactly that", async () => {
  const [first, second] = [await makeWorkspace(), await makeWorkspace({ name: "Where Ada was suspended" })];
  const { user, actor } = await makeMember(first.workspace, "member");
  await db().user.update({ where: { id: user.id }, data: { passwordHash: await hashPassword(password) } });
  await db().member.create({
    data: { workspaceId: second.workspace.id, userId: user.id, role: "member", suspendedAt: new Date() },
  });
  const { secret } = await makeKey(actor);
  expect((await me(secret)).status).toBe(200);
  const isSignedIn = await signedIn(user.id);

  const disabled = await keyward(["user", "disable", "--email", user.email, "--json"]);
  expect(disabled.json).toMatchObject({ disabled: true, workspaces_without_owner: [] });
  expect((await me(secret)).json).toMatchObject({ error: { code: "disabled_key" } });
  expect(await isSignedIn()).toBe(false);
  await expect(checkPassword(user.email, password, origin)).rejects.toMatchObject({
    code: "account_disabled",
  });
  await expect(checkPassword(user.email, "wrong password, again", origin)).rejects.toMatchObject({
    code: "incorrect_credentials",
  });

  expectDone(await keyward(["user", "enable", "--email", user.email, "--json"]));
  await waitUntil("the key is allowed again", async () => (await me(secret)).status === 200);
  expect((await checkPassword(user.email, password, origin)).id).toBe(user.id);
  const suspended = await db().member.findMany({ where: { userId: user.id, suspendedAt: { not: null } } });
  expect(suspended.map(({ workspaceId }) => workspaceId)).toEqual([second.workspace.id]);
});

test("user disable asks what to do with managing keys of others that the person created", async () => {
  const { workspace, actor } = await makeWorkspace();
  const admin = await makeMember(workspace, "admin");
  const service = await addServiceMember(actor, { name: "Deploy bot", role: "admin" });
  const input = { name: "pipeline", permissionLevel: "read_write", canManageKeys: true } as const;
  const make = () => createApiKey(admin.actor, createApiKeyInput.parse(input), service.userId);
  const [kept, revoked] = [await make(), await make()];
  const disable = ["user", "disable", "--email", admin.user.email];

  expectFailed(await keyward(disable), new RegExp(`pipeline \\(${revoked.key.id}\\).*--managing-keys keep`));
  expectFailed(await keyward([...disable, "--managing-keys", "forget"]), /keep, revoke/);
  expect(await db().user.findUnique({ where: { id: admin.user.id } })).toMatchObject({ disabledAt: null });

  expectDone(await keyward([...disable, "--managing-keys", "keep"]));
  expect([(await me(kept.secret)).status, (await me(revoked.secret)).status]).toEqual([200, 200]);
  expectDone(await keyward(["user", "enable", "--email", admin.user.email]));
  expectDone(await keyward([...disable, "--managing-keys", "revoke"]));
  expect((await me(revoked.secret)).json).toMatchObject({ error: { code: "revoked_key" } });
});

test("user disable names the workspaces that are left without an active owner", async () => {
  const { owner } = await makeWorkspace({ name: "Left behind" });
  const disabled = await keyward(["user", "disable", "--email", owner.email]);
  expect(disabled.stdout).toContain("No active owner is left in: Left behind.");
  expect((await keyward(["user", "list"])).stdout).toContain("(disabled)");
});

test("user create --if-not-exists changes nothing if the address has an account", async () => {
  const { owner, workspace } = await makeWorkspace();
  const create = ["user", "create", "--name", "Another person", "--email", owner.email, "--json"];
  expectFailed(await keyward(create), /couldn't be created/);
  const repeated = await keyward([...create, "--if-not-exists"]);
  expectDone(repeated);
  expect(repeated.json).toEqual({
    user_id: owner.id,
    email: owner.email,
    name: owner.name,
    workspace_id: workspace.id,
  });
});

test("workspace create creates a workspace for a person, and set prints all settings", async () => {
  const { owner } = await makeWorkspace();
  const made = await keyward([
    "workspace",
    "create",
    "--name",
    "Second",
    "--owner",
    owner.email,
    "--api-access",
    "on",
    "--json",
  ]);
  expectDone(made);
  expect(made.json).toMatchObject({
    name: "Second",
    api_access: true,
    requests_per_minute: null,
    key_policy: null,
    quotas: [],
  });
  const { slug } = made.json as { slug: string };
  const set = await keyward([
    "workspace",
    "set",
    "--workspace",
    slug,
    "--quota",
    "requests=1000",
    "--requests-per-minute",
    "70",
    "--max-lifetime-days",
    "30",
    "--require-allowed-ips",
    "on",
  ]);
  expect(set.stdout.split("\n").map((line) => line.trim().replace(/ {2,}/g, ": "))).toEqual([
    `Second (${slug})`,
    "API access: on",
    "Requests per minute: 70",
    "Quota: 1000 requests per month",
    "Key policy: Keys expire at most 30 days after they are created",
    "Key policy: Keys must have allowed addresses",
    "",
  ]);
  const create = [
    "key",
    "create",
    "--workspace",
    slug,
    "--name",
    "ci",
    "--permission",
    "read_only",
    "--json",
  ];
  expectFailed(await keyward(create), /must have allowed addresses/);
  const key = await keyward([...create, "--allowed-ips", "203.0.113.7, 2001:db8::/48"]);
  expect(key.json).toMatchObject({
    allowed_ips: ["203.0.113.7", "2001:db8::/48"],
    expires_at: expect.any(String),
  });
  const changed = ["workspace", "set", "--workspace", slug, "--json", "--max-lifetime-days", "none"];
  expect((await keyward(changed)).json).toMatchObject({ key_policy: { require_allowed_ips: true } });
});

test("key disable, enable and rotate work, and return when the change is in effect", async () => {
  const { actor } = await makeWorkspace();
  const { key, secret } = await makeKey(actor);
  const keyCommand = (verb: string, ...more: string[]) =>
    keyward(["key", verb, "--key-id", key.id, "--json", ...more]);
  expect((await keyCommand("disable")).json).toMatchObject({ key_id: key.id, status: "disabled" });
  expect((await me(secret)).json).toMatchObject({ error: { code: "disabled_key" } });
  expect((await keyCommand("enable")).json).toMatchObject({ status: "active" });
  await waitUntil("the key is allowed again", async () => (await me(secret)).status === 200);
  const rotated = await keyCommand("rotate", "--overlap-seconds", "0");
  expect(rotated.json).toMatchObject({ rotated_from: key.id, created_by: { type: "system" } });
  expect((await me(secret)).json).toMatchObject({ error: { code: "expired_key" } });
  expect((await me((rotated.json as { key: string }).key)).status).toBe(200);
  expectFailed(await keyCommand("rotate", "--overlap-seconds", "-1"), /whole number from 0/);
  expectFailed(await keyCommand("rotate"), /already rotated/);
});

test("access-log list shows the operator requests with unknown keys, and those of a workspace", async () => {
  const { workspace, actor } = await makeWorkspace();
  const { key, secret } = await makeKey(actor);
  await me(secret);
  await me("kw_sk_unknown");
  await runtime().engine.accessLog.settled();
  const codes = async (...args: string[]) => {
    const listed = await keyward(["access-log", "list", "--limit", "1000", "--json", ...args]);
    expectDone(listed);
    return (
      listed.json as { entries: { code: string; key_id: string | null; workspace_id: string | null }[] }
    ).entries;
  };
  expect(await codes()).toContainEqual(expect.objectContaining({ code: "invalid_key", workspace_id: null }));
  expect(await codes("--workspace", workspace.slug)).toEqual([
    expect.objectContaining({ code: "valid", key_id: key.id, workspace_id: workspace.id }),
  ]);
  expectFailed(await keyward(["access-log", "list", "--limit", "0"]), /limit/);
});

test("with a running instance a change doesn't wait, and without one the command says why it waits", async () => {
  const { workspace } = await makeWorkspace();
  const set = (state: string) =>
    keyward(["workspace", "set", "--workspace", workspace.slug, "--api-access", state, "--json"]);
  await waitUntil("the instance has known the database for longer than any lease", async () => {
    const { rows } = await runtime().pool.query(
      "SELECT max(known_ms)::int AS known FROM decisions.instances",
    );
    return rows[0].known > 5350;
  });
  expectDone(await set("off"));
  await set("on");
  await runtime().engine.leaseKeeper.stop();
  try {
    const alone = await set("off");
    expect([alone.code, alone.stderr]).toEqual([0, expect.stringMatching(/No running instance can confirm/)]);
    expect((await set("off")).stderr).toBe("");
  } finally {
    await runtime().engine.leaseKeeper.start();
  }
});
