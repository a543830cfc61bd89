import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pino from "pino";
import { afterAll, afterEach, expect, test } from "vitest";
import { MemoryStore, SharedMemory } from "@/tests/models/memory-store";
import { waitUntil } from "@/tests/wait-until";
import { type DecisionRequest, decide, inspect } from "./decide";
import { createEngine, type Engine } from "./engine";
import { generateSecret, hashOfSecret, hashSecret, KeyFormats, nativeFormat } from "./keys/key-format";
import type { KeyRecord } from "./keys/key-record";
import { leaseTimes } from "./leases/lease";
import { emptyCatalog } from "./permissions/catalog";

const folder = mkdtempSync(path.join(tmpdir(), "keyward-engine-"));
const running: { engine: Engine; store: MemoryStore }[] = [];
afterEach(async () => {
  for (const { engine, store } of running.splice(0)) {
    store.isReachable = true;
    await engine.leaseKeeper.stop();
    await engine.accessLog.close();
    await engine.stop();
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Starts an engine without PostgreSQL, on memory that it can share with other engines. */
async function start(memory = new SharedMemory(), staleMs = 0) {
  const store = new MemoryStore(memory);
  const engine = createEngine(
    store,
    new KeyFormats([nativeFormat("kw_sk_")]),
    {
      requestsPerMinute: 600,
      leaseTimes: { ...leaseTimes, longestLeaseMs: 1, staleMs },
      spool: { folder, sync: false, required: true },
    },
    pino({ level: "silent" }),
  );
  running.push({ engine, store });
  await engine.accessLog.start();
  await engine.leaseKeeper.start();
  return { memory, store, engine };
}

let keys = 0;
function makeKey(memory: SharedMemory, some: Partial<KeyRecord> = {}) {
  keys += 1;
  const secret = generateSecret("kw_sk_");
  const key: KeyRecord = {
    ...{ hash: hashSecret(secret), keyId: `key_${keys}`, prefix: "kw_sk_", suffix: "abcd", name: "A key" },
    ...{
      workspaceId: `ws_${keys}`,
      ownerId: "usr_1",
      memberId: `ws_${keys}/usr_1`,
      workspaceName: "A workspace",
    },
    ...{ externalWorkspaceId: null, externalUserId: null, metadata: {} },
    ...{ permissions: [], catalog: emptyCatalog },
    ...{ permissionLevel: "read_write", canManageKeys: false, environment: "production", allowedIps: [] },
    ...{ reportOnlyIps: [], reportOnlyEnforceAt: null, reportOnlyRateLimit: null },
    ...{ rateLimitPerMinute: null, workspaceRequestsPerMinute: null, quotas: [] },
    ...{ createdByType: "user", createdById: "usr_1", createdAt: new Date() },
    ...{ expiresAt: null, lifetimeSeconds: null, disabledAt: null, revokedAt: null, rotatedAt: null },
    ...{ apiAccess: true, role: "member", roleCeiling: null, ownerSuspended: false },
    ...some,
  };
  memory.change(hashOfSecret(secret), key);
  return { secret, key };
}

function request(secret: string, some: Partial<DecisionRequest> = {}): DecisionRequest {
  return {
    presented: { ok: true, secret },
    ...{
      method: "GET",
      path: "/",
      clientIp: "203.0.113.7",
      userAgent: null,
      requestId: "req_1",
      source: "api",
    },
    ...{ writes: false, demands: [], query: null, route: null, custom: "if_demanded" },
    ...{ managesKeys: false, workspaceId: null },
    ...some,
  };
}

async function codeOf(engine: Engine, secret: string): Promise<string> {
  const decision = await decide(request(secret), engine);
  return decision.allowed ? "valid" : decision.code;
}

test("it decides without PostgreSQL: each step denies with its own code, and every decision is logged", async () => {
  const { memory, engine } = await start();
  const day = new Date(Date.now() - 86_400_000);
  const expected: [string, string][] = [
    [makeKey(memory).secret, "valid"],
    ["kw_sk_short", "invalid_key"],
    [generateSecret("kw_sk_"), "invalid_key"],
    [makeKey(memory, { revokedAt: day }).secret, "revoked_key"],
    [makeKey(memory, { disabledAt: day }).secret, "disabled_key"],
    [makeKey(memory, { expiresAt: day }).secret, "expired_key"],
    [makeKey(memory, { apiAccess: false }).secret, "api_access_disabled"],
    [makeKey(memory, { allowedIps: ["198.51.100.0/24"] }).secret, "ip_not_allowed"],
  ];
  for (const [secret, code] of expected) expect(await codeOf(engine, secret)).toBe(code);
  await engine.accessLog.settled();
  const logged = memory.lines.map((line) => line.split("\t")[13]);
  expect(logged).toEqual(expected.map(([, code]) => code));
});

test("a key in memory is decided without asking the store", async () => {
  const { memory, store, engine } = await start();
  const { secret } = makeKey(memory);
  expect(await codeOf(engine, secret)).toBe("valid");
  const before = store.asked.filter((name) => name === "findKeys").length;
  for (const _ of Array(50)) expect(await codeOf(engine, secret)).toBe("valid");
  expect(store.asked.filter((name) => name === "findKeys").length).toBe(before);
});

test("S35 once a revocation is confirmed, no engine allows the key", async () => {
  const memory = new SharedMemory();
  const [one, two] = [await start(memory), await start(memory)];
  for (const _ of Array(20)) {
    const { secret, key } = makeKey(memory);
    for (const { engine } of [one, two]) expect(await codeOf(engine, secret)).toBe("valid");
    memory.change(hashOfSecret(secret), { ...key, revokedAt: new Date() });
    const receipt = await one.engine.rejections.waitUntilRejectedEverywhere();
    expect(receipt).toMatchObject({ instances: 2, lapsed: 0 });
    for (const { engine } of [one, two]) expect(await codeOf(engine, secret)).toBe("revoked_key");
  }
});

test("S35 a revocation waits for the lease of a disconnected engine, which decides nothing afterwards", async () => {
  const memory = new SharedMemory();
  const [one, two] = [await start(memory), await start(memory)];
  const { secret, key } = makeKey(memory);
  for (const { engine } of [one, two]) expect(await codeOf(engine, secret)).toBe("valid");
  two.store.isReachable = false;
  memory.change(hashOfSecret(secret), { ...key, revokedAt: new Date() });
  expect(await one.engine.rejections.waitUntilRejectedEverywhere()).toMatchObject({
    instances: 2,
    lapsed: 1,
  });
  expect(two.engine.leaseKeeper.holdsLease).toBe(false);
  await expect(decide(request(secret), two.engine)).rejects.toMatchObject({ code: "unavailable" });
});

test("with STALE_VERDICT_SECONDS a disconnected engine keeps deciding from memory, and the receipt says so", async () => {
  const { memory, store, engine } = await start(new SharedMemory(), 60_000);
  const { secret } = makeKey(memory);
  expect(await codeOf(engine, secret)).toBe("valid");
  expect((await engine.rejections.waitUntilRejectedEverywhere()).staleSeconds).toBe(60);
  store.isReachable = false;
  await waitUntil("the lease has ended", async () => !engine.leaseKeeper.holdsLease);
  expect(await codeOf(engine, secret)).toBe("valid");
  await expect(decide(request(generateSecret("kw_sk_")), engine)).rejects.toMatchObject({
    code: "unavailable",
  });
});

test("a new timeline of the database invalidates memory", async () => {
  const { memory, engine } = await start();
  const { secret, key } = makeKey(memory);
  expect(await codeOf(engine, secret)).toBe("valid");
  // Without an invalidation, as if it were lost in the failover.
  memory.keys.set(hashOfSecret(secret), { ...key, disabledAt: new Date() });
  memory.failOver();
  await engine.rejections.waitUntilRejectedEverywhere();
  expect(await codeOf(engine, secret)).toBe("disabled_key");
});

test("S53 engines together allow no more than the limit, and denied requests use no quota", async () => {
  const memory = new SharedMemory();
  const engines = [(await start(memory)).engine, (await start(memory)).engine, (await start(memory)).engine];
  const quotas = [{ keyId: null, meter: "requests", limit: 25, period: "month" as const }];
  const { secret, key } = makeKey(memory, { rateLimitPerMinute: 40, quotas });
  memory.quotas.setLimit(key.workspaceId, "requests", 25);
  const calls = Array.from({ length: 150 }, (_, index) => codeOf(engines[index % 3] as Engine, secret));
  const codes = await Promise.all(calls);
  const count = (code: string) => codes.filter((one) => one === code).length;
  expect(count("valid")).toBe(25);
  expect(count("quota_exceeded") + count("rate_limit_exceeded")).toBe(125);
});

test("when the log can't be written, nothing is allowed and nothing is used", async () => {
  const memory = new SharedMemory();
  const { engine } = await start(memory);
  const { secret } = makeKey(memory, { rateLimitPerMinute: 2 });
  expect(await codeOf(engine, secret)).toBe("valid");
  const { enqueue } = engine.accessLog;
  engine.accessLog.enqueue = (_entry, done) =>
    setImmediate(() => done(new Error("the disk is full") as never));
  for (const _ of [1, 2, 3])
    await expect(decide(request(secret), engine)).rejects.toThrow("the disk is full");
  engine.accessLog.enqueue = enqueue;
  expect([await codeOf(engine, secret), await codeOf(engine, secret)]).toEqual([
    "valid",
    "rate_limit_exceeded",
  ]);
});

test("S35 a key that is revoked while we ask for its limits is not allowed", async () => {
  const memory = new SharedMemory();
  const [one] = [await start(memory), await start(memory)];
  const { secret, key } = makeKey(memory);
  expect(await codeOf(one.engine, secret)).toBe("valid");
  expect(one.engine.limitSharing.isAlone).toBe(false);
  const { obtain } = one.engine.limitSharing;
  one.engine.limitSharing.obtain = async (...asked) => {
    await obtain.apply(one.engine.limitSharing, asked);
    memory.change(hashOfSecret(secret), { ...key, revokedAt: new Date() });
    await one.engine.rejections.waitUntilRejectedEverywhere();
  };
  await one.engine.limitSharing.grants.release();
  const second = await codeOf(one.engine, secret);
  expect(second).toBe("revoked_key");
});

test("inspecting uses nothing, and is logged", async () => {
  const { memory, engine } = await start();
  const { secret } = makeKey(memory, { rateLimitPerMinute: 1 });
  for (const _ of [1, 2, 3]) expect((await inspect(request(secret), engine)).allowed).toBe(true);
  expect([await codeOf(engine, secret), await codeOf(engine, secret)]).toEqual([
    "valid",
    "rate_limit_exceeded",
  ]);
  await engine.accessLog.settled();
  expect(memory.lines).toHaveLength(5);
});
