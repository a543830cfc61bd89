import { Readable } from "node:stream";
import { expect, test } from "vitest";
import type { KeyPolicy } from "@/lib/contracts/key-policy";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeWorkspace } from "@/tests/factories/factories";
import { useKeyApi } from "@/tests/processes/key-api-server";
import { waitUntil } from "@/tests/wait-until";
import { systemActor } from "../actor";
import { db } from "../runtime";
import { changeApiKey } from "./change-api-key";
import { changeManyKeys } from "./change-many-keys";
import { importKeys } from "./import-keys";
import { jsonRecords } from "./import-records";
import { setKeyPolicy } from "./key-policy";
import { lockNewKeys } from "./require-room-for-key";
import { rotateApiKey } from "./rotate-api-key";

const token = "a-service-token-of-a-test";
useRuntime({ SERVICE_TOKEN: token });
const call = useKeyApi();
const service = { authorization: `Bearer ${token}` };
const dayMs = 86_400_000;

async function withPolicy(policy: KeyPolicy) {
  const made = await makeWorkspace();
  await setKeyPolicy(made.actor, policy);
  const path = `/api/v1/workspaces/${made.workspace.id}`;
  const post = (body: object) =>
    call(`${path}/api-keys`, {
      method: "POST",
      headers: service,
      body: { name: "importer", permission_level: "read_only", ...body },
    });
  return { ...made, path, post };
}
const lifeOf = (key: { createdAt: Date; expiresAt: Date | null }) =>
  key.expiresAt && (key.expiresAt.getTime() - key.createdAt.getTime()) / dayMs;
const fieldsOf = ({ json }: { json: unknown }) => (json as { error: { fields: object } }).error.fields;
const fields = async (change: Promise<unknown>) => {
  const error = await change.then(
    () => null,
    (reason) => reason,
  );
  return [error?.code, Object.keys(error?.fields ?? {}).join()];
};

test("an omitted expiry is shortened to the policy's, and an explicit excess names its field", async () => {
  const { actor, post } = await withPolicy({ maxLifetimeDays: 30 });
  expect(lifeOf((await makeKey(actor)).key)).toBe(30);
  expect(lifeOf((await makeKey(actor, { expiresInDays: 30 })).key)).toBe(30);
  expect(lifeOf((await makeKey(actor, { expiresInDays: 7 })).key)).toBe(7);
  const late = new Date(Date.now() + 31 * dayMs).toISOString();
  expect(await fields(makeKey(actor, { expiresInDays: 31 }))).toEqual(["invalid_request", "expiresInDays"]);
  expect(await fields(makeKey(actor, { expiresInDays: null }))).toEqual(["invalid_request", "expiresInDays"]);
  expect(await fields(makeKey(actor, { expiresAt: late }))).toEqual(["invalid_request", "expiresAt"]);

  expect((await post({})).status).toBe(200);
  const refused = await post({ expires_in_days: 31 });
  expect([refused.status, fieldsOf(refused)]).toEqual([
    400,
    { expires_in_days: expect.stringMatching(/^API keys of this workspace must expire within 30 days/) },
  ]);
});

test("keys that must expire get 90 days by default", async () => {
  const { actor } = await withPolicy({ requireExpiry: true });
  expect(lifeOf((await makeKey(actor)).key)).toBe(90);
  expect(lifeOf((await makeKey(actor, { expiresInDays: 365 })).key)).toBe(365);
  expect(await fields(makeKey(actor, { expiresInDays: null }))).toEqual(["invalid_request", "expiresInDays"]);
});

test("keys that must have addresses get none from a block that contains every address", async () => {
  const { actor, post } = await withPolicy({ requireAllowedIps: true });
  for (const allowedIps of [undefined, [], ["0.0.0.0/0"], ["203.0.113.7", "::/0"]])
    expect(await fields(makeKey(actor, { allowedIps }))).toEqual(["invalid_request", "allowedIps"]);
  expect(Object.keys(fieldsOf(await post({})))).toEqual(["allowed_ips"]);
  const { key } = await makeKey(actor, { allowedIps: ["203.0.113.0/24"] });
  expect(await fields(changeApiKey(actor, key.id, { allowedIps: [] }))).toEqual([
    "invalid_request",
    "allowedIps",
  ]);
  expect((await changeApiKey(actor, key.id, { allowedIps: ["203.0.113.7"] })).allowedIps).toHaveLength(1);
});

test("a key that a key makes obeys the policy, whatever life its maker has", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { canManageKeys: true });
  await setKeyPolicy(actor, { maxLifetimeDays: 10 });
  const make = (body: object) =>
    call("/auth/api-keys", {
      method: "POST",
      headers: { "x-api-key": secret },
      body: { name: "next", permission_level: "read_only", ...body },
    });
  const { key_id } = (await make({})).json as unknown as { key_id: string };
  expect(lifeOf(await db().apiKey.findUniqueOrThrow({ where: { id: key_id } }))).toBe(10);
  const refused = await make({ expires_in_days: 11 });
  expect([refused.status, Object.keys(fieldsOf(refused))]).toEqual([400, ["expires_in_days"]]);
  const extended = await call(`/auth/api-keys/${key_id}`, {
    method: "PATCH",
    headers: { "x-api-key": secret },
    body: { expiration_days: 11 },
  });
  expect([extended.status, Object.keys(fieldsOf(extended))]).toEqual([400, ["expiration_days"]]);
});

test("the longest life counts from creation, so a key can't be extended again and again", async () => {
  const { actor } = await withPolicy({ maxLifetimeDays: 30 });
  const { key } = await makeKey(actor, { expiresInDays: 5 });
  await db().apiKey.update({
    where: { id: key.id },
    data: { createdAt: new Date(Date.now() - 20 * dayMs) },
  });
  expect(lifeOf(await changeApiKey(actor, key.id, { expirationDays: 9 }))).toBeCloseTo(29, 1);
  expect(await fields(changeApiKey(actor, key.id, { expirationDays: 11 }))).toEqual([
    "invalid_request",
    "expirationDays",
  ]);
  expect(await fields(changeApiKey(actor, key.id, { expiresAt: null }))).toEqual([
    "invalid_request",
    "expiresAt",
  ]);
  const batch = { action: "extend" as const, keyIds: [key.id], expirationDays: 30, preview: false };
  expect(await changeManyKeys(actor, batch, { mayExtend: true })).toMatchObject({
    changed: 0,
    unchanged: [{ reason: expect.stringMatching(/must expire within 30 days/) }],
  });
});

test("an existing key that doesn't meet the policy keeps working, and can be made stricter", async () => {
  const { actor, workspace } = await makeWorkspace();
  const { key, secret } = await makeKey(actor);
  await db().apiKey.update({
    where: { id: key.id },
    data: { createdAt: new Date(Date.now() - 300 * dayMs) },
  });
  await setKeyPolicy(actor, { maxLifetimeDays: 30, requireAllowedIps: true });
  expect(await db().apiKey.findUniqueOrThrow({ where: { id: key.id } })).toMatchObject({ expiresAt: null });
  expect((await call("/api/public/v1/me", { headers: { "x-api-key": secret } })).status).toBe(200);
  const stricter = await changeApiKey(actor, key.id, { expirationDays: 60, name: "still here" });
  expect(stricter.expiresAt).not.toBeNull();
  const line = {
    name: "old",
    key_prefix: "old_",
    key_suffix: "wxyz",
    length: 30,
    permission_level: "read_only",
  };
  const imported = await importKeys(
    systemActor(workspace.id, "Operator"),
    jsonRecords(Readable.from([JSON.stringify({ ...line, sha256: "ab".repeat(32) })])),
    {
      dryRun: false,
      mayAddFormats: true,
      mayLackPrefix: false,
      findOwner: async () => ({ userId: actor.userId, role: "owner", suspended: false }),
    },
  );
  expect(imported).toMatchObject({ imported: 1, skipped: [] });
});

test("rotation counts from the new key's creation, and needs addresses where keys must have them", async () => {
  const { actor } = await makeWorkspace();
  const [{ key: old }, { key: open }] = [
    await makeKey(actor, { allowedIps: ["203.0.113.7"] }),
    await makeKey(actor),
  ];
  await setKeyPolicy(actor, { maxLifetimeDays: 30, requireAllowedIps: true });
  const { key, previousExpiresAt } = await rotateApiKey(actor, old.id, { overlapSeconds: null }, null);
  expect([lifeOf(key), previousExpiresAt]).toEqual([30, null]);
  const refused = rotateApiKey(actor, open.id, { overlapSeconds: 0 }, null);
  await expect(refused).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringContaining("addresses"),
  });
  expect(await db().apiKey.findUniqueOrThrow({ where: { id: open.id } })).toMatchObject({
    rotatedToId: null,
  });
});

test("a service sets, reads and removes the policy, and each change is an audit event", async () => {
  const { path, workspace } = await withPolicy({});
  const put = (key_policy: unknown) => call(path, { method: "PUT", headers: service, body: { key_policy } });
  const policy = { max_lifetime_days: 90, require_expiry: true, require_allowed_ips: false };
  expect((await put(policy)).json).toMatchObject({ key_policy: policy });
  expect((await call(path, { headers: service })).json).toMatchObject({ key_policy: policy });
  for (const [wrong, field] of [
    [{ max_lifetime_days: 0 }, "key_policy.max_lifetime_days"],
    [{ max_lifetime_days: 3651 }, "key_policy.max_lifetime_days"],
    [{ require_expiry: 1 }, "key_policy.require_expiry"],
    [[], "key_policy"],
  ] as const)
    expect(Object.keys(fieldsOf(await put(wrong)))).toEqual([field]);
  expect((await put(null)).json).toMatchObject({ key_policy: null });
  const events = await db().auditEvent.findMany({
    where: { workspaceId: workspace.id, action: "workspace.key_policy_changed" },
    orderBy: { id: "asc" },
  });
  expect(events.map(({ details }) => details)).toEqual([
    { changes: { keyPolicy: { from: [], to: ["Keys expire at most 90 days after they are created"] } } },
    { changes: { keyPolicy: { from: ["Keys expire at most 90 days after they are created"], to: [] } } },
  ]);
});

test("a key whose creation waited for a change of the policy obeys the new one", async () => {
  const { workspace } = await makeWorkspace();
  const { actor: other } = await makeMember(workspace, "member");
  let creation: ReturnType<typeof makeKey> | undefined;
  await db().$transaction(async (transaction) => {
    await lockNewKeys(transaction, workspace.id);
    creation = makeKey(other);
    await waitUntil("the creation waits", async () => {
      const waiting = await db().$queryRaw<object[]>`
        SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
      return waiting.length > 0;
    });
    await transaction.workspace.update({
      where: { id: workspace.id },
      data: { keyPolicy: { maxLifetimeDays: 1 } },
    });
  });
  expect(lifeOf((await (creation as ReturnType<typeof makeKey>)).key)).toBe(1);
});
