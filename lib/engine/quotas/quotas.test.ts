import { expect, test } from "vitest";
import { systemActor } from "@/lib/server/actor";
import { listQuotaUses } from "@/lib/server/quotas/list-quota-uses";
import { setQuotas } from "@/lib/server/quotas/set-quotas";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { withAnotherRuntime } from "@/tests/processes/another-runtime";
import { withFileSizeLimit } from "@/tests/processes/file-size-limit";
import { useKeyApi } from "@/tests/processes/key-api-server";
import type { Charge } from "./block-account";
import { periodAt } from "./period";

const token = "a-service-token-of-a-test";
useRuntime({ SERVICE_TOKEN: token });
const call = useKeyApi();
const bearer = { authorization: `Bearer ${token}` };

type Verified = { valid: boolean; code: string; message?: string; retry_after_seconds?: number };
const me = (secret: string) => call("/api/public/v1/me", { headers: { "x-api-key": secret } });
const verify = async (body: object) =>
  (await call("/api/v1/verify", { method: "POST", headers: bearer, body })).json as Verified;
const report = (body: object) => call("/api/v1/usage-records", { method: "POST", headers: bearer, body });

type Bound = { meter: string; limit: number; period?: "month" | "day"; keyId?: string };
async function makeBounded(...bounds: Bound[]) {
  const made = await makeWorkspace();
  const { key, secret } = await makeKey(made.actor, { rateLimitPerMinute: 100_000 });
  await bound(made.workspace.id, ...bounds);
  return { ...made, id: made.workspace.id, key, secret };
}

function bound(id: string, ...bounds: Bound[]): Promise<void> {
  const quotas = bounds.map(({ meter, limit, period = "month", keyId = null }) => ({
    meter,
    limit,
    period,
    keyId,
  }));
  return setQuotas(systemActor(id, "Operator"), () => quotas);
}

async function usedOf(secret: string): Promise<Record<string, number>> {
  const { quotas } = (await me(secret)).json as { quotas: { meter: string; used: number }[] };
  return Object.fromEntries(quotas.map(({ meter, used }) => [meter, used]));
}

test("a quota lets exactly its requests pass and then says meter, limit and reset", async () => {
  const { secret } = await makeBounded({ meter: "requests", limit: 20 });
  const answers = await Promise.all(Array.from({ length: 60 }, () => me(secret)));
  const counts = answers.map(({ status }) => status).filter((status) => status === 200);
  expect(counts).toHaveLength(20);
  const askedAt = Date.now();
  const refused = await me(secret);
  const answeredAt = Date.now();
  expect([refused.status, refused.json]).toMatchObject([429, { error: { code: "quota_exceeded" } }]);
  const month = new Date(askedAt);
  const end = Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1);
  // The database's clock and ours are read at different times, so allow a second on either side.
  const wait = Number(refused.headers["retry-after"]) * 1000;
  expect(wait).toBeGreaterThanOrEqual(end - answeredAt - 1000);
  expect(wait).toBeLessThanOrEqual(end - askedAt + 2000);
  const { message } = (refused.json as { error: { message: string } }).error;
  expect(message).toBe(
    `The workspace's quota of 20 requests a month is spent. It resets at ${new Date(end).toISOString().replace(".000", "")}.`,
  );
});

test("a decision that is denied by a quota doesn't use the rate limit, and /me reports usage", async () => {
  const { actor, workspace } = await makeWorkspace();
  const { secret } = await makeKey(actor, { rateLimitPerMinute: 10 });
  await bound(workspace.id, { meter: "requests", limit: 3 });
  for (let times = 0; times < 3; times += 1) expect(await usedOf(secret)).toEqual({ requests: times + 1 });
  for (let times = 0; times < 5; times += 1) {
    const refused = await me(secret);
    expect([refused.status, refused.headers["x-ratelimit-remaining"]]).toEqual([429, "7"]);
  }
});

test("without a quota the database isn't asked", async () => {
  const { secret } = await makeBounded();
  expect((await me(secret)).json).toMatchObject({ quotas: [] });
  const { rows } = await runtime().pool.query(
    "SELECT 1 FROM quotas.usages u JOIN api_keys k USING (workspace_id) WHERE k.prefix || k.suffix = $1",
    [secret],
  );
  expect(rows).toEqual([]);
});

test("quotas of workspace and key, of requests and a meter, are used together or not at all", async () => {
  const { id, secret, key } = await makeBounded();
  await bound(
    id,
    { meter: "requests", limit: 100 },
    { meter: "uploads", limit: 10 },
    { meter: "uploads", limit: 4, keyId: key.id },
  );
  expect(await verify({ key: secret, meter: "uploads", cost: 3 })).toMatchObject({ valid: true });
  const refused = await verify({ key: secret, meter: "uploads", cost: 2 });
  expect(refused).toMatchObject({
    valid: false,
    code: "quota_exceeded",
    message: expect.stringMatching(/^This API key's quota of 4 uploads a month has no room for 2 more/),
    retry_after_seconds: expect.any(Number),
  });
  expect(await verify({ key: secret, meter: "uploads" })).toMatchObject({ valid: true });
  expect(await verify({ key: secret, meter: "uploads", cost: 0 })).toMatchObject({ valid: true });
  // A cost for the meter `requests` replaces the 1 that a request counts.
  expect(await verify({ key: secret, meter: "requests", cost: 5 })).toMatchObject({ valid: true });
  const { quotas } = (await me(secret)).json as { quotas: object[] };
  expect(quotas).toEqual([
    { meter: "requests", limit: 100, used: 9, resets_at: expect.stringMatching(/-01T00:00:00.000Z$/) },
    { meter: "uploads", limit: 10, used: 4, resets_at: expect.any(String) },
    { meter: "uploads", limit: 4, used: 4, resets_at: expect.any(String) },
  ]);
});

test("memory isn't used for one quota if another has no room", async () => {
  const { id } = await makeBounded({ meter: "plenty", limit: 10_000 }, { meter: "scarce", limit: 3 });
  const { quotas } = runtime().engine;
  const moment = Date.now();
  const part = (meter: string, limit: number, cost: number) => ({
    usage: { workspaceId: id, keyId: null, meter, period: "month" as const, ...periodAt("month", moment) },
    limit,
    cost,
  });
  const take = async (...parts: Charge[]) =>
    quotas.tryTake(parts, moment) ?? (await quotas.take(parts, moment));
  for (const cost of [50, 1]) await take(part("plenty", 10_000, cost));
  // More was granted than needed, based on the recent rate, so the next use needs no store.
  expect(quotas.tryTake([part("plenty", 10_000, 1)], moment)).toMatchObject({ taken: true });
  const both = (cost: number) => take(part("plenty", 10_000, 1), part("scarce", 3, cost));
  expect(await both(4)).toMatchObject({ taken: false, refused: { usage: { meter: "scarce" } } });
  expect(await both(3)).toMatchObject({ taken: true });
  const uses = (await listQuotaUses(id, [])).quotas.map(({ meter, used }) => [meter, used]);
  expect(uses).toEqual([
    ["plenty", 53],
    ["scarce", 3],
  ]);
});

test("reported usage and decisions share a quota, in any order", async () => {
  const { id, secret } = await makeBounded({ meter: "uploads", limit: 10 });
  for (let times = 0; times < 3; times += 1) await verify({ key: secret, meter: "uploads" });
  const record = (amount: number, name: string) =>
    report({ workspace_id: id, meter: "uploads", amount, idempotency_key: name });
  expect((await record(8, "too-much")).json).toMatchObject({ error: { code: "quota_exceeded" } });
  expect([(await record(7, "the-rest")).status, (await record(7, "the-rest")).json]).toEqual([
    200,
    { used: 10, limit: 10, resets_at: expect.any(String) },
  ]);
  expect(await verify({ key: secret, meter: "uploads" })).toMatchObject({ code: "quota_exceeded" });
});

test("the same report sent 25 times at once counts once, and every response is the same", async () => {
  const { id } = await makeBounded({ meter: "chats", limit: 1000 });
  const body = { workspace_id: id, meter: "chats", amount: 30, idempotency_key: "chat-1" };
  const answers = await Promise.all(Array.from({ length: 25 }, () => report(body)));
  for (const { status, json } of answers)
    expect([status, json]).toEqual([200, { used: 30, limit: 1000, resets_at: expect.any(String) }]);
  const another = await report({ ...body, amount: 31 });
  expect([another.status, another.json]).toMatchObject([
    400,
    { error: { fields: { idempotency_key: expect.any(String) } } },
  ]);
  expect((await report({ ...body, idempotency_key: "chat-2" })).json).toMatchObject({ used: 60 });
});

test("a meter without a quota is counted per month, and a quota that is set later includes it", async () => {
  const { id, secret } = await makeBounded();
  const body = { workspace_id: id, meter: "storage.bytes", amount: 500, idempotency_key: "a" };
  expect((await report(body)).json).toEqual({ used: 500, limit: null, resets_at: expect.any(String) });
  expect(await verify({ key: secret, meter: "storage.bytes", cost: 250 })).toMatchObject({ valid: true });
  await bound(id, { meter: "storage.bytes", limit: 800 });
  expect((await report({ ...body, amount: 51, idempotency_key: "b" })).status).toBe(429);
  expect((await report({ ...body, amount: 50, idempotency_key: "b" })).json).toMatchObject({ used: 800 });
});

test("a report for an unknown workspace or another workspace's key is 404, and an invalid one names its field", async () => {
  const { id } = await makeBounded();
  const { key: foreign } = await makeBounded();
  const body = { workspace_id: id, meter: "chats", amount: 1, idempotency_key: "x" };
  expect((await report({ ...body, workspace_id: "ws_0000" })).status).toBe(404);
  expect((await report({ ...body, key_id: foreign.id })).status).toBe(404);
  const wrong: [object, string][] = [
    [{ meter: "Chats" }, "meter"],
    [{ meter: `c${"x".repeat(50)}` }, "meter"],
    [{ amount: 0 }, "amount"],
    [{ amount: 1.5 }, "amount"],
    [{ amount: "1" }, "amount"],
    [{ amount: 1e9 + 1 }, "amount"],
    [{ idempotency_key: "" }, "idempotency_key"],
    [{ workspace_id: { $ne: "" } }, "workspace_id"],
    [{ cost: 1 }, "cost"],
  ];
  for (const [change, field] of wrong) {
    const answer = await report({ ...body, ...change });
    expect(answer.status).toBe(400);
    expect((answer.json as { error: { fields: object } }).error.fields).toHaveProperty([field]);
  }
  for (const change of [
    { meter: "1" },
    { cost: 1 },
    { meter: "a", cost: -1 },
    { meter: "a", cost: 1e9 + 1 },
  ]) {
    const answer = await call("/api/v1/verify", {
      method: "POST",
      headers: bearer,
      body: { key: "x", ...change },
    });
    expect(answer.status).toBe(400);
  }
});

test("raising a limit takes effect at once, lowering it below the usage stops requests, and removing it ends counting", async () => {
  const { id, secret } = await makeBounded({ meter: "requests", limit: 2 });
  await me(secret);
  await me(secret);
  expect((await me(secret)).status).toBe(429);
  await bound(id, { meter: "requests", limit: 4 });
  expect(await usedOf(secret)).toEqual({ requests: 3 });
  await bound(id, { meter: "requests", limit: 1 });
  expect((await me(secret)).status).toBe(429);
  await bound(id);
  expect((await me(secret)).json).toMatchObject({ quotas: [] });
});

test("a daily quota starts again with the day of the database's clock", async () => {
  const { secret, key } = await makeBounded({ meter: "requests", limit: 3, period: "day" });
  const { quotas } = runtime().engine;
  const day = Date.UTC(2040, 1, 29);
  const take = async (moment: number) => {
    const usage = { workspaceId: key.workspaceId, keyId: null, meter: "requests", period: "day" as const };
    const startsMs = Math.floor(moment / 86_400_000) * 86_400_000;
    const part = { usage: { ...usage, startsMs, endsMs: startsMs + 86_400_000 }, limit: 3, cost: 1 };
    return (quotas.tryTake([part], moment) ?? (await quotas.take([part], moment))).taken;
  };
  const last = day + 86_400_000 - 1;
  expect([await take(last), await take(last), await take(last), await take(last)]).toEqual([
    true,
    true,
    true,
    false,
  ]);
  expect([await take(last + 1), await take(last + 1), await take(last)]).toEqual([true, true, false]);
  expect((await me(secret)).status).toBe(200);
});

test("a decision that can't be logged doesn't use a quota", async () => {
  const { secret } = await makeBounded({ meter: "requests", limit: 10 });
  expect(await usedOf(secret)).toEqual({ requests: 1 });
  await withFileSizeLimit(0, async () => {
    const answers = await Promise.all([me(secret), me(secret), me(secret)]);
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
  });
  expect(await usedOf(secret)).toEqual({ requests: 2 });
});

test("while quotas can't be checked nothing passes, and it doesn't use the rate limit", async () => {
  const { secret } = await makeBounded({ meter: "requests", limit: 10 });
  await runtime().pool.query("ALTER FUNCTION quotas.lock_usage RENAME TO lock_usage_away");
  const refused = await me(secret);
  await runtime().pool.query("ALTER FUNCTION quotas.lock_usage_away RENAME TO lock_usage");
  expect([refused.status, refused.headers["retry-after"]]).toEqual([503, "1"]);
  const answer = await me(secret);
  expect([answer.status, answer.headers["x-ratelimit-remaining"]]).toEqual([200, "99999"]);
});

test("a statement that arrives after a later one changes nothing", async () => {
  const { id } = await makeBounded({ meter: "chats", limit: 100 });
  const { pool } = runtime();
  const take = (word: number, amount: number) =>
    pool.query(
      `SELECT * FROM quotas.take('00000000-0000-0000-0000-000000000001', $1, ARRAY[$2], '{""}', '{chats}', '{month}',
        ARRAY[date_trunc('month', now(), 'UTC')], ARRAY[$3::bigint], ARRAY[$3::bigint], ARRAY[$3::bigint])`,
      [word, id, amount],
    );
  const tell = (word: number, block: string, kept: number, used: number) =>
    pool.query("SELECT quotas.report($1, ARRAY[$2::bigint], ARRAY[$3::bigint], ARRAY[$4::bigint])", [
      word,
      block,
      kept,
      used,
    ]);
  const granted = async () =>
    (await pool.query("SELECT granted FROM quotas.usages WHERE workspace_id = $1", [id])).rows[0].granted;
  const { block } = (await take(1, 40)).rows[0];
  await take(3, 10);
  expect([(await tell(2, block, 5, 5)).rowCount, await granted()]).toEqual([0, 50]);
  expect([(await take(2, 7)).rowCount, await granted()]).toEqual([0, 50]);
  expect([(await tell(4, block, 20, 5)).rowCount, await granted()]).toEqual([1, 20]);
  expect([(await tell(4, block, 0, 0)).rowCount, await granted()]).toEqual([0, 20]);
});

test("when an instance stops, what it didn't use is available to others", async () => {
  const { secret } = await makeBounded({ meter: "requests", limit: 40 });
  await withAnotherRuntime({ SERVICE_TOKEN: token }, async () => {
    for (let times = 0; times < 9; times += 1) expect((await me(secret)).status).toBe(200);
  });
  const answers = await Promise.all(Array.from({ length: 50 }, () => me(secret)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(31);
});
