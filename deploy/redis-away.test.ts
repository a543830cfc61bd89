import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { LimitSharing } from "@/lib/engine/limits/limit-sharing";
import { SlidingWindow } from "@/lib/engine/limits/sliding-window";
import { PostgresGrants } from "@/lib/engine/postgres/grant-store";
import { RedisGrants } from "@/lib/engine/redis/grant-store";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { mostWithin } from "@/tests/models/limit-history";
import {
  type LimitedKey,
  type LimitInstance,
  limitedKey,
  longTimes,
  shortTimes,
  startLimitInstance,
} from "@/tests/models/limit-instance";
import { type RedisServer, startRedis } from "@/tests/peers/redis-server";
import { useBundle } from "@/tests/processes/bundle";
import { type DecisionProcess, startDecisionProcess } from "@/tests/processes/decision-process";
import { restBetweenCalls, waitUntil } from "@/tests/wait-until";

useRuntime();
const program = useBundle("tests/processes/key-api-process.ts");
let redis: RedisServer;
const started: LimitInstance[] = [];
const processes: DecisionProcess[] = [];
beforeAll(async () => {
  await runtime().engine.leaseKeeper.stop();
  redis = await startRedis();
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((instance) => instance.stop()));
  await Promise.all(processes.splice(0).map((instance) => instance.kill()));
  await runtime().pool.query("DELETE FROM decisions.instances");
});
afterAll(() => redis?.remove());

async function start(url = redis.url, times = shortTimes): Promise<LimitInstance> {
  const instance = await startLimitInstance(new RedisGrants([url], times, runtime().log), times);
  started.push(instance);
  return instance;
}

function storesOf(instances: LimitInstance[]): string[] {
  return [...new Set(instances.map(({ limitSharing }) => limitSharing.store.constructor.name))];
}

/** Waits until all instances count in one store and take grants there. */
function allIn(store: string, instances: LimitInstance[]): Promise<void> {
  return waitUntil(
    `all take grants from ${store}`,
    async () =>
      storesOf(instances).join() === store && instances.every(({ limitSharing }) => limitSharing.isOpen()),
  );
}

/** Keeps asking every instance for uses of every key, more than there are. */
class Load {
  readonly uses = new Map<LimitedKey, number[]>();
  readonly failures: unknown[] = [];
  private isOver = false;
  private readonly callers: Promise<void>[];

  constructor(instances: LimitInstance[], keys: LimitedKey[]) {
    for (const key of keys) this.uses.set(key, []);
    this.callers = instances.flatMap((instance) => keys.map((key) => this.keepCalling(instance, key)));
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.callers);
  }

  private async keepCalling(instance: LimitInstance, key: LimitedKey): Promise<void> {
    while (!this.isOver) {
      try {
        const { allowed, state } = await instance.take(key);
        if (allowed) this.uses.get(key)?.push(state.now);
      } catch (error) {
        this.failures.push(error);
      }
      await restBetweenCalls(2);
    }
  }
}

test("S53 while Redis is killed repeatedly and comes back empty, no call fails and no window has more uses than the limit", async () => {
  const instances = await Promise.all([start(), start(), start()]);
  await allIn("RedisGrants", instances);
  const keys = [limitedKey(5), limitedKey(40), limitedKey(200), limitedKey(40, 50)];
  const load = new Load(instances, keys);
  const usesSoFar = () => [...load.uses.values()].reduce((sum, { length }) => sum + length, 0);
  const more = async () => {
    const before = usesSoFar();
    await waitUntil("more uses are allowed", async () => usesSoFar() > before);
  };
  for (let round = 0; round < 2; round += 1) {
    await more();
    await redis.stop();
    await allIn("PostgresGrants", instances);
    await more();
    await redis.start();
    await allIn("RedisGrants", instances);
    await more();
  }
  await load.stop();
  expect(load.failures).toEqual([]);
  for (const [{ rateLimitPerMinute }, uses] of load.uses) {
    const most = mostWithin(uses, shortTimes.windowMs);
    expect(most).toBeLessThanOrEqual(rateLimitPerMinute as number);
    // It proves nothing if no instance comes near the limit.
    expect(most).toBeGreaterThan(0.8 * (rateLimitPerMinute as number));
  }
}, 60_000);

test("S53 if one instance cannot reach Redis, all instances take their grants from PostgreSQL", async () => {
  const [first, second] = (await Promise.all([start(redis.url, longTimes), start(redis.url, longTimes)])) as [
    LimitInstance,
    LimitInstance,
  ];
  await allIn("RedisGrants", [first, second]);
  const key = limitedKey(40);
  for (const instance of [first, second]) await instance.take(key);
  const away = await startRedis();
  await away.stop();
  const third = await start(away.url, longTimes);
  const instances = [first, second, third];
  await allIn("PostgresGrants", instances);
  const answers = await Promise.all(
    instances.flatMap((instance) => Array.from({ length: 30 }, () => instance.take(key))),
  );
  expect(answers.filter(({ allowed }) => allowed)).toHaveLength(38);
  await away.remove();
});

test("an instance takes grants from PostgreSQL only after a renewal that began when its row already announced it", async () => {
  const { pool, log } = runtime();
  const stores = {
    postgres: new PostgresGrants(pool, shortTimes),
    redis: new RedisGrants([redis.url], shortTimes, log),
  };
  const sharing = new LimitSharing(stores, new SlidingWindow(shortTimes.windowMs), shortTimes, log);
  const inRedis = { ids: ["other"], alone: 0, inRedis: 1, inPostgres: 0, withoutRedis: 0 };
  const inPostgres = { ...inRedis, inRedis: 0, inPostgres: 1, withoutRedis: 1 };
  const noEnd = { mono: Number.POSITIVE_INFINITY, wall: Number.POSITIVE_INFINITY };
  const renew = (others: typeof inRedis) => {
    sharing.applyRenewal(others, sharing.announce(), performance.now(), noEnd);
    return sharing.isOpen();
  };
  await sharing.start();
  sharing.rowCreated(sharing.announce());
  expect([sharing.announce().store, renew(inRedis)]).toEqual(["redis", true]);
  await redis.stop();
  await waitUntil("its uses are in PostgreSQL", async () => {
    const { store, shares } = sharing.announce();
    return store === "postgres" && shares;
  });
  await redis.start();
  // The first renewal may have overlapped one of the other instance, which began while this row still said Redis.
  expect([renew(inPostgres), renew(inPostgres)]).toEqual([false, true]);
  expect(renew(inRedis)).toBe(false);
  await sharing.stop();
});

test("S53 uses of an instance that left while Redis was down expire before the others return to Redis", async () => {
  const away = await startRedis();
  const [first, second, third] = await Promise.all([start(), start(), start(away.url)]);
  await away.stop();
  await allIn("PostgresGrants", [first, second, third]);
  const changedAt = performance.now();
  const quietMs = shortTimes.windowMs + shortTimes.grantMs;
  await waitUntil("the first two could go back", async () => performance.now() > changedAt + quietMs);
  await third.take(limitedKey(40));
  await third.stop();
  const leftAt = performance.now();
  await allIn("RedisGrants", [first, second]);
  expect(performance.now() - leftAt).toBeGreaterThan(shortTimes.windowMs);
  await away.remove();
});

test("uses that an instance counted alone while Redis was down count for instances that join", async () => {
  const first = await start(redis.url, longTimes);
  await redis.stop();
  const key = limitedKey(40);
  for (let use = 0; use < 10; use += 1) first.take(key);
  const second = await start(redis.url, longTimes);
  const answers = await Promise.all(
    [first, second].flatMap((instance) => Array.from({ length: 30 }, () => instance.take(key))),
  );
  expect(answers.filter(({ allowed }) => allowed)).toHaveLength(30);
  await redis.start();
});

test.each([
  ["killed", () => redis.stop(), () => redis.start()],
  ["stopped", async () => redis.pause(), async () => redis.resume()],
])(
  "with Redis %s, calls with a key are answered, and the key can be revoked",
  async (_how, leave, comeBack) => {
    const { actor } = await makeWorkspace();
    const { key, secret } = await makeKey(actor, { canManageKeys: true });
    const settings = { REDIS_URL: redis.url };
    processes.push(...(await Promise.all([1, 2].map(() => startDecisionProcess(program(), settings)))));
    const ask = ({ origin }: DecisionProcess, path: string, method = "GET") =>
      fetch(`${origin}${path}`, { method, headers: { "x-api-key": secret } });
    for (const one of processes) expect((await ask(one, "/api/forward-auth/v1")).status).toBe(200);
    await leave();
    try {
      const answers = await Promise.all(
        processes.flatMap((one) => Array.from({ length: 10 }, () => ask(one, "/api/forward-auth/v1"))),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
      const [first, second] = processes as [DecisionProcess, DecisionProcess];
      const revoked = await ask(first, `/auth/api-keys/${key.id}`, "DELETE");
      expect(revoked.ok).toBe(true);
      expect((await ask(second, "/api/forward-auth/v1")).status).toBe(401);
    } finally {
      await comeBack();
    }
  },
);
