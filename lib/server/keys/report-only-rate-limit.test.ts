import { beforeEach, expect, test } from "vitest";
import type { CreateApiKeyInput } from "@/lib/contracts/api-key-input";
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
import { previewLimits } from "./preview-limits";
import { enforceDueLimits, type ReportOnlyInput } from "./report-only";
import { rotateApiKey } from "./rotate-api-key";

useRuntime({}, { jobs: false });
const call = useKeyApi();

let actor: MemberActor;
beforeEach(async () => {
  actor = (await makeWorkspace()).actor;
});

const use = async (secret: string) =>
  (await call("/api/public/v1/me", { headers: { "x-api-key": secret } })).status;
const useTimes = async (times: number, secret: string) => {
  const statuses: number[] = [];
  for (let index = 0; index < times; index += 1) statuses.push(await use(secret));
  return statuses;
};
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const newKey = async (input: Partial<CreateApiKeyInput> = {}) => {
  const { key, secret } = await makeKey(actor, input);
  return { keyId: key.id, secret };
};
const report = (keyId: string, reportOnly: ReportOnlyInput | null) =>
  changeApiKey(actor, keyId, { reportOnly });
const rowOf = (id: string) => db().apiKey.findUniqueOrThrow({ where: { id } });
/** As if the date had come. The date is judged by the database's clock. */
const letItCome = (keyId: string) =>
  runtime().pool.query("UPDATE api_keys SET report_only_enforce_at = clock_timestamp() WHERE id = $1", [
    keyId,
  ]);
const marks = async (keyId: string) => {
  await runtime().engine.accessLog.settled();
  const { entries } = await listWorkspaceLog(actor, {
    view: "keys",
    key: { is: [keyId], not: [] },
    limit: 100,
  });
  return entries.map(({ outcome, wouldDeny }) => wouldDeny ?? outcome).reverse();
};

test("requests beyond the limit pass and are marked in the log, and the preview counts them", async () => {
  const { keyId, secret } = await newKey({ rateLimitPerMinute: 5 });
  await report(keyId, { rateLimitPerMinute: 2 });
  expect(await useTimes(6, secret)).toEqual([200, 200, 200, 200, 200, 429]);
  const over = "rate_limit_exceeded";
  expect(await marks(keyId)).toEqual(["allowed", "allowed", over, over, over, "denied"]);
  const only = <Value extends string>(value: Value) => ({ is: [value], not: [] });
  const marked = { view: "keys", key: only(keyId), limit: 10, code: only(over), outcome: "allowed" } as const;
  expect((await listWorkspaceLog(actor, marked)).entries).toHaveLength(3);
  expect(await previewLimits(actor, keyId, { rateLimitPerMinute: 2 })).toMatchObject({
    requests: 5,
    isEstimate: true,
  });
  expect(await getApiKey(actor, keyId)).toMatchObject({
    rateLimitPerMinute: 5,
    reportOnly: { allowedIps: [], rateLimitPerMinute: 2, enforceAt: null },
  });
});

test("a request that report-only addresses would refuse uses nothing of the report-only limit", async () => {
  const { keyId, secret } = await newKey();
  await report(keyId, { allowedIps: ["203.0.113.7"], rateLimitPerMinute: 1 });
  expect(await useTimes(2, secret)).toEqual([200, 200]);
  await report(keyId, { allowedIps: ["127.0.0.1"], rateLimitPerMinute: 1 });
  expect(await useTimes(2, secret)).toEqual([200, 200]);
  const outside = "ip_not_allowed";
  expect(await marks(keyId)).toEqual([outside, outside, "allowed", "rate_limit_exceeded"]);
});

test("enforcing it is in effect when the call returns, and ends the report", async () => {
  const { keyId, secret } = await newKey();
  await report(keyId, { rateLimitPerMinute: 2 });
  expect(await useTimes(2, secret)).toEqual([200, 200]);
  await changeApiKey(actor, keyId, { rateLimitPerMinute: 2 });
  expect(await use(secret)).toBe(429);
  expect(await getApiKey(actor, keyId)).toMatchObject({ rateLimitPerMinute: 2, reportOnly: null });
});

test("addresses and limit are enforced one by one, and discarded together", async () => {
  const { keyId } = await newKey();
  const [allowedIps, enforceAt] = [["203.0.113.7"], inDays(7)];
  await report(keyId, { allowedIps, rateLimitPerMinute: 60, enforceAt });
  await changeApiKey(actor, keyId, { rateLimitPerMinute: 60 });
  expect(await getApiKey(actor, keyId)).toMatchObject({
    reportOnly: { allowedIps, rateLimitPerMinute: null, enforceAt },
  });
  await report(keyId, { allowedIps, rateLimitPerMinute: 30, enforceAt });
  await changeApiKey(actor, keyId, { allowedIps });
  expect(await getApiKey(actor, keyId)).toMatchObject({
    reportOnly: { allowedIps: [], rateLimitPerMinute: 30, enforceAt },
  });
  await report(keyId, null);
  expect(await getApiKey(actor, keyId)).toMatchObject({
    allowedIps,
    rateLimitPerMinute: 60,
    reportOnly: null,
  });
  expect(await rowOf(keyId)).toMatchObject({ reportOnlyEnforceAt: null });
});

test("S39 from its date on it is enforced from memory, although nothing has changed in the database", async () => {
  const { keyId, secret } = await newKey();
  const enforceAt = new Date(Date.now() + 2000);
  await report(keyId, { rateLimitPerMinute: 1, enforceAt: enforceAt.toISOString() });
  expect(await useTimes(2, secret)).toEqual([200, 200]);
  await waitUntil("it is refused", async () => (await use(secret)) === 429);
  await runtime().engine.accessLog.settled();
  const { entries } = await listWorkspaceLog(actor, {
    view: "keys",
    key: { is: [keyId], not: [] },
    limit: 1000,
    outcome: "denied",
  });
  expect(entries.filter(({ at }) => Date.parse(at) < enforceAt.getTime())).toEqual([]);
  expect(await rowOf(keyId)).toMatchObject({ rateLimitPerMinute: null, reportOnlyRateLimit: 1 });
  const shown = { rateLimitPerMinute: 1, ownRateLimitPerMinute: 1, reportOnly: null };
  expect(await getApiKey(actor, keyId)).toMatchObject({ ...shown, allowedIps: [] });
});

test("the job notes it once, and never sets more than what applies already", async () => {
  const [{ keyId }, lower] = [await newKey(), await newKey({ rateLimitPerMinute: 100 })];
  for (const id of [keyId, lower.keyId]) await report(id, { rateLimitPerMinute: 60, enforceAt: inDays(7) });
  await db().apiKey.update({ where: { id: lower.keyId }, data: { rateLimitPerMinute: 30 } });
  for (const id of [keyId, lower.keyId]) await letItCome(id);
  await Promise.all([enforceDueLimits(), enforceDueLimits()]);
  const none = { reportOnlyRateLimit: null, reportOnlyEnforceAt: null, allowedIps: [], reportOnlyIps: [] };
  expect(await rowOf(keyId)).toMatchObject({ ...none, rateLimitPerMinute: 60 });
  expect(await rowOf(lower.keyId)).toMatchObject({ ...none, rateLimitPerMinute: 30 });
  const noted = { targetId: keyId, action: "api_key.updated", actorName: "Keyward" };
  expect(await db().auditEvent.findMany({ where: noted })).toMatchObject([
    {
      details: {
        rateLimitPerMinute: { from: null, to: 60 },
        reportOnlyRateLimit: { from: 60, to: null },
      },
    },
  ]);
});

test("it must be lower than the limit that applies, and something must be named", async () => {
  const { keyId } = await newKey({ rateLimitPerMinute: 60 });
  for (const rateLimitPerMinute of [60, 61])
    await expect(report(keyId, { rateLimitPerMinute })).rejects.toMatchObject({
      fields: { "reportOnly.rateLimitPerMinute": "This must be lower than the key's limit, 60." },
    });
  await report(keyId, { rateLimitPerMinute: 59 });
});

test("a rotated key hands it on, so that rotating doesn't put it off", async () => {
  const { keyId } = await newKey();
  const enforceAt = inDays(7);
  await report(keyId, { rateLimitPerMinute: 1, enforceAt });
  const { key, secret } = await rotateApiKey(actor, keyId, { overlapSeconds: 3600 }, null);
  expect(await getApiKey(actor, key.id)).toMatchObject({ reportOnly: { rateLimitPerMinute: 1, enforceAt } });
  expect(await useTimes(2, secret)).toEqual([200, 200]);
  await letItCome(key.id);
  await runtime().engine.rejections.waitUntilRejectedEverywhere();
  expect(await use(secret)).toBe(429);
});

test("over HTTP it is set, told, enforced and discarded with report_only", async () => {
  const { ask, actor: owner } = await makeManagingKey(call);
  const { key } = await makeKey(owner);
  const limits = { rate_limit_per_minute: 60, enforce_at: inDays(30) };
  const set = await ask("PATCH", `/${key.id}`, { report_only: limits });
  expect(set.json).toMatchObject({ rate_limit_per_minute: null, report_only: limits });
  expect(set.json).not.toHaveProperty("report_only.allowed_ips");
  const refused = async (body: object) =>
    (await ask("PATCH", `/${key.id}`, { report_only: body })).json as { error: { fields: object } };
  expect((await refused({ enforce_at: inDays(1) })).error.fields).toEqual({
    report_only: "Enter addresses or a rate limit.",
  });
  expect((await refused({ rate_limit_per_minute: 601 })).error.fields).toEqual({
    "report_only.rate_limit_per_minute": "This must be lower than the key's limit, 600.",
  });
  const enforced = await ask("PATCH", `/${key.id}`, { rate_limit_per_minute: 60 });
  expect(enforced.json).toMatchObject({ rate_limit_per_minute: 60 });
  expect(enforced.json).not.toHaveProperty("report_only");
});

test("S32 a key can't postpone or discard a limit that will be enforced, or escape it with another key", async () => {
  const { ask, key, actor: owner } = await makeManagingKey(call);
  const enforceAt = inDays(7);
  await changeApiKey(owner, key.id, { reportOnly: { rateLimitPerMinute: 60, enforceAt } });
  const patch = async (body: object) => (await ask("PATCH", "/current", body)).status;
  const reported = (limit: number | undefined, days: number | null) => ({
    report_only: { rate_limit_per_minute: limit, enforce_at: days && inDays(days) },
  });
  expect(await patch({ report_only: null })).toBe(403);
  expect(await patch({ report_only: { allowed_ips: ["127.0.0.1"], enforce_at: inDays(6) } })).toBe(403);
  expect(await patch(reported(61, 6))).toBe(403);
  expect(await patch(reported(60, 8))).toBe(403);
  expect(await patch(reported(60, null))).toBe(403);
  expect(await patch({ notes: "still the same" })).toBe(200);
  expect(await patch(reported(59, 6))).toBe(200);

  const create = (body: object) => ask("POST", "", { name: "child", permission_level: "read_only", ...body });
  expect((await create({})).json).toMatchObject({ report_only: { rate_limit_per_minute: 59 } });
  expect((await create({ rate_limit_per_minute: 300 })).json).toMatchObject({
    rate_limit_per_minute: 300,
    report_only: { rate_limit_per_minute: 59 },
  });
  const within = await create({ rate_limit_per_minute: 59 });
  expect(within.status).toBe(200);
  expect(within.json).not.toHaveProperty("report_only");
});
