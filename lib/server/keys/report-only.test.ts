import { beforeEach, expect, test } from "vitest";
import type { CreateApiKeyInput } from "@/lib/contracts/api-key-input";
import { databaseTime } from "@/lib/engine/leases/lease";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { makeManagingKey } from "@/tests/factories/managing-key";
import { useKeyApi } from "@/tests/processes/key-api-server";
import { waitUntil } from "@/tests/wait-until";
import type { MemberActor } from "../actor";
import { listWorkspaceLog } from "../logs/list-workspace-log";
import { db, runtime } from "../runtime";
import { changeApiKey } from "./change-api-key";
import { getApiKey } from "./list-api-keys";
import { enforceDueLimits } from "./report-only";
import { rotateApiKey } from "./rotate-api-key";

useRuntime({}, { jobs: false });
const call = useKeyApi();

const elsewhere = ["203.0.113.0/24"];
const here = ["127.0.0.1"];
let actor: MemberActor;
beforeEach(async () => {
  actor = (await makeWorkspace()).actor;
});

const use = async (secret: string) =>
  (await call("/api/public/v1/me", { headers: { "x-api-key": secret } })).status;
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const newKey = async (input: Partial<CreateApiKeyInput> = {}) => {
  const { key, secret } = await makeKey(actor, input);
  return { keyId: key.id, secret };
};
const report = (keyId: string, allowedIps: string[], enforceAt: string | null = null) =>
  changeApiKey(actor, keyId, { reportOnly: { allowedIps, enforceAt } });
/** As if the date had come. The date is judged by the database's clock. */
const letItCome = (keyId: string) =>
  runtime().pool.query("UPDATE api_keys SET report_only_enforce_at = clock_timestamp() WHERE id = $1", [
    keyId,
  ]);
const events = async (keyId: string) =>
  (await db().auditEvent.findMany({ where: { targetId: keyId, action: "api_key.updated" } })).map(
    ({ actorName, details }) => ({ actorName, details }),
  );

test("a request that the list would refuse passes, and is marked in the log", async () => {
  const { keyId, secret } = await newKey();
  await report(keyId, elsewhere);
  expect(await use(secret)).toBe(200);
  await report(keyId, here);
  expect(await use(secret)).toBe(200);
  await runtime().engine.accessLog.settled();
  const { entries } = await listWorkspaceLog(actor, {
    view: "keys",
    key: { is: [keyId], not: [] },
    limit: 10,
  });
  expect(entries.map(({ outcome, code, wouldDeny }) => [outcome, code, wouldDeny])).toEqual([
    ["allowed", "valid", undefined],
    ["allowed", "valid", "ip_not_allowed"],
  ]);
  const marked = await listWorkspaceLog(actor, {
    view: "keys",
    key: { is: [keyId], not: [] },
    limit: 10,
    code: { is: ["ip_not_allowed"], not: [] },
  });
  expect(marked.entries).toHaveLength(1);
  expect(await getApiKey(actor, keyId)).toMatchObject({
    allowedIps: [],
    reportOnly: { allowedIps: here, enforceAt: null },
  });
});

test("enforcing makes it the key's list, and is in effect when the call returns", async () => {
  const { keyId, secret } = await newKey();
  await report(keyId, elsewhere);
  expect(await use(secret)).toBe(200);
  await changeApiKey(actor, keyId, { allowedIps: elsewhere });
  expect(await use(secret)).toBe(403);
  expect(await getApiKey(actor, keyId)).toMatchObject({ allowedIps: elsewhere, reportOnly: null });
});

test("discarding leaves the key as it was", async () => {
  const { keyId, secret } = await newKey();
  await report(keyId, elsewhere, inDays(7));
  await changeApiKey(actor, keyId, { reportOnly: null });
  expect(await use(secret)).toBe(200);
  expect(await getApiKey(actor, keyId)).toMatchObject({ allowedIps: [], reportOnly: null });
  expect(await events(keyId)).toMatchObject([
    { details: { reportOnlyIps: { from: [], to: elsewhere }, reportOnlyEnforceAt: { from: null } } },
    { details: { reportOnlyIps: { from: elsewhere, to: [] }, reportOnlyEnforceAt: { to: null } } },
  ]);
});

test("S39 from its date on it is enforced from memory, although nothing has changed in the database", async () => {
  const { keyId, secret } = await newKey();
  /** The time by which this instance judges. */
  const databaseNow = () => {
    const { lease } = runtime().engine.leaseKeeper;
    return lease ? databaseTime(lease, performance.now()) : 0;
  };
  const enforceAt = databaseNow() + 4000;
  await report(keyId, elsewhere, new Date(enforceAt).toISOString());
  const answers = new Set<number>();
  await waitUntil("it is refused", async () => {
    const before = databaseNow();
    const status = await use(secret);
    if (status === 200) expect(before).toBeLessThan(Math.ceil(enforceAt));
    else expect(databaseNow()).toBeGreaterThanOrEqual(Math.floor(enforceAt));
    answers.add(status);
    return status === 403;
  });
  expect(answers).toEqual(new Set([200, 403]));
  expect(await db().apiKey.findUnique({ where: { id: keyId } })).toMatchObject({
    allowedIps: [],
    reportOnlyIps: elsewhere,
  });
  expect(await getApiKey(actor, keyId)).toMatchObject({ allowedIps: elsewhere, reportOnly: null });
});

test("the job notes it once, with an audit event", async () => {
  const { keyId } = await newKey();
  await report(keyId, elsewhere, inDays(7));
  await letItCome(keyId);
  await Promise.all([enforceDueLimits(), enforceDueLimits()]);
  expect(await db().apiKey.findUnique({ where: { id: keyId } })).toMatchObject({
    allowedIps: elsewhere,
    reportOnlyIps: [],
    reportOnlyEnforceAt: null,
  });
  const noted = (await events(keyId)).filter(({ actorName }) => actorName === "Keyward");
  expect(noted).toMatchObject([{ details: { allowedIps: { from: [], to: elsewhere } } }]);
});

test("lists that contradict each other after a change by hand never allow more", async () => {
  const { keyId, secret } = await newKey({ allowedIps: elsewhere });
  await db().apiKey.update({
    where: { id: keyId },
    data: { reportOnlyIps: here, reportOnlyEnforceAt: new Date(0) },
  });
  await enforceDueLimits();
  await runtime().engine.rejections.waitUntilRejectedEverywhere();
  expect(await use(secret)).toBe(403);
});

test("a change after the date starts from what is enforced", async () => {
  const { keyId, secret } = await newKey();
  await report(keyId, elsewhere, inDays(7));
  await letItCome(keyId);
  await changeApiKey(actor, keyId, { notes: "Only the office." });
  expect(await getApiKey(actor, keyId)).toMatchObject({ allowedIps: elsewhere });
  await changeApiKey(actor, keyId, { allowedIps: here });
  expect(await use(secret)).toBe(200);
});

test("it must be stricter than what the key allows, and its date lie ahead", async () => {
  const { keyId } = await newKey({ allowedIps: ["203.0.113.0/24"] });
  const refused = (list: string[], enforceAt: string | null = null) =>
    expect(report(keyId, list, enforceAt)).rejects.toMatchObject({
      code: "invalid_request",
      fields: { [enforceAt ? "reportOnly.enforceAt" : "reportOnly.allowedIps"]: expect.any(String) },
    });
  await refused(["198.51.100.4"]);
  await refused(["203.0.113.0/24"]);
  await refused(["203.0.113.7"], inDays(-1));
  await refused(["203.0.113.7"], inDays(4000));
  await report(keyId, ["203.0.113.7"]);
});

test("it ends when the allowed addresses no longer contain it", async () => {
  const { keyId } = await newKey({ allowedIps: ["203.0.113.0/24", "127.0.0.1"] });
  await report(keyId, ["203.0.113.7"]);
  await changeApiKey(actor, keyId, { allowedIps: ["203.0.113.0/24"] });
  expect(await getApiKey(actor, keyId)).toMatchObject({ reportOnly: { allowedIps: ["203.0.113.7"] } });
  await changeApiKey(actor, keyId, { allowedIps: here });
  expect(await getApiKey(actor, keyId)).toMatchObject({ allowedIps: here, reportOnly: null });
});

test("a rotated key hands it on, so that rotating doesn't put it off", async () => {
  const { keyId } = await newKey();
  const enforceAt = inDays(7);
  await report(keyId, elsewhere, enforceAt);
  const { key, secret } = await rotateApiKey(actor, keyId, { overlapSeconds: 3600 }, null);
  expect(await getApiKey(actor, key.id)).toMatchObject({ reportOnly: { allowedIps: elsewhere, enforceAt } });
  expect(await use(secret)).toBe(200);
  await letItCome(key.id);
  await runtime().engine.rejections.waitUntilRejectedEverywhere();
  expect(await use(secret)).toBe(403);
});

test("over HTTP it is set, told, enforced and discarded with report_only", async () => {
  const { ask, actor: owner } = await makeManagingKey(call);
  const { key } = await makeKey(owner);
  const enforceAt = inDays(30);
  const set = await ask("PATCH", `/${key.id}`, {
    report_only: { allowed_ips: elsewhere, enforce_at: enforceAt },
  });
  expect(set.json).toMatchObject({
    allowed_ips: [],
    report_only: { allowed_ips: elsewhere, enforce_at: enforceAt },
  });
  expect((await ask("PATCH", `/${key.id}`, { report_only: { allowed_ips: [] } })).json).toMatchObject({
    error: { code: "invalid_request", fields: { "report_only.allowed_ips": "Enter at least one address." } },
  });
  const enforced = await ask("PATCH", `/${key.id}`, { allowed_ips: elsewhere });
  expect(enforced.json).toMatchObject({ allowed_ips: elsewhere });
  expect(enforced.json).not.toHaveProperty("report_only");
});

test("S32 a key can't postpone or discard what will be enforced, or escape it with another key", async () => {
  const { ask, key, actor: owner } = await makeManagingKey(call);
  const enforceAt = inDays(7);
  await changeApiKey(owner, key.id, { reportOnly: { allowedIps: elsewhere, enforceAt } });
  const patch = async (body: object) => (await ask("PATCH", "/current", body)).status;
  expect(await patch({ report_only: null })).toBe(403);
  expect(await patch({ allowed_ips: here })).toBe(403);
  expect(await patch({ report_only: { allowed_ips: elsewhere, enforce_at: inDays(8) } })).toBe(403);
  expect(await patch({ report_only: { allowed_ips: elsewhere } })).toBe(403);
  expect(await patch({ report_only: { allowed_ips: here, enforce_at: enforceAt } })).toBe(403);
  expect(await patch({ report_only: { allowed_ips: ["203.0.113.7"], enforce_at: inDays(6) } })).toBe(200);

  const create = (body: object) => ask("POST", "", { name: "child", permission_level: "read_only", ...body });
  expect((await create({})).json).toMatchObject({ report_only: { allowed_ips: ["203.0.113.7"] } });
  expect((await create({ allowed_ips: here })).status).toBe(403);
  const within = await create({ allowed_ips: ["203.0.113.7"] });
  expect(within.status).toBe(200);
  expect(within.json).not.toHaveProperty("report_only");
});
