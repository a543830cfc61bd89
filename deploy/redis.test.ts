import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type LimitTimes, limitTimes } from "@/lib/engine/limits/grant-store";
import { RedisGrants } from "@/lib/engine/redis/grant-store";
import { examineRedis } from "@/lib/server/doctor/examine-redis";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { LimitHistory } from "@/tests/models/limit-history";
import {
  type LimitedKey,
  type LimitInstance,
  limitedKey,
  longTimes,
  shortTimes,
  startLimitInstance,
} from "@/tests/models/limit-instance";
import { type RedisServer, startRedis } from "@/tests/peers/redis-server";
import { withAnotherRuntime } from "@/tests/processes/another-runtime";
import { useKeyApi } from "@/tests/processes/key-api-server";
import { waitUntil } from "@/tests/wait-until";

useRuntime();
const call = useKeyApi();
let redis: RedisServer;
let cluster: RedisServer[];
const started: LimitInstance[] = [];
beforeAll(async () => {
  await runtime().engine.leaseKeeper.stop();
  redis = await startRedis();
  cluster = await startCluster();
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((instance) => instance.stop()));
  await runtime().pool.query("DELETE FROM decisions.instances");
});
afterAll(() => Promise.all([redis, ...(cluster ?? [])].map((server) => server?.remove())));

/** Three nodes, each with a third of the slots. */
async function startCluster(): Promise<RedisServer[]> {
  const nodes = await Promise.all([1, 2, 3].map(() => startRedis(["--cluster-enabled", "yes"])));
  const { Redis } = await import("ioredis");
  const clients = nodes.map(({ url }) => new Redis(url));
  await Promise.all(
    clients.map((client, index) =>
      client.cluster(
        "ADDSLOTSRANGE" as never,
        ...([Math.floor((index * 16384) / 3), Math.floor(((index + 1) * 16384) / 3) - 1] as never[]),
      ),
    ),
  );
  await Promise.all(
    clients.map((client, index) => client.call("CLUSTER", "SET-CONFIG-EPOCH", `${index + 1}`)),
  );
  for (const { port } of nodes) await clients[0]?.call("CLUSTER", "MEET", "127.0.0.1", `${port}`);
  await waitUntil("the cluster stands", async () =>
    (await Promise.all(clients.map((client) => client.cluster("INFO")))).every((info) =>
      info.includes("cluster_state:ok"),
    ),
  );
  for (const client of clients) client.disconnect();
  return nodes;
}

function opened(times: LimitTimes, replayedTime: () => number): Promise<RedisGrants> {
  const store = new RedisGrants([redis.url], times, runtime().log, replayedTime);
  store.open();
  return answering(store);
}

async function answering(store: RedisGrants): Promise<RedisGrants> {
  await waitUntil("Redis answers", () =>
    store.ping().then(
      () => true,
      () => false,
    ),
  );
  return store;
}

async function start(urls = [redis.url], times = longTimes): Promise<LimitInstance> {
  const instance = await startLimitInstance(new RedisGrants(urls, times, runtime().log), times);
  started.push(instance);
  return instance;
}

async function taken(instances: LimitInstance[], key: LimitedKey, each: number): Promise<number> {
  const answers = await Promise.all(
    instances.flatMap((instance) => Array.from({ length: each }, () => instance.take(key))),
  );
  return answers.filter(({ allowed }) => allowed).length;
}

test("doctor asks each node, and finds a wrong policy, a cluster that isn't named as one, and a server that is away", async () => {
  const severities = async (...urls: string[]) =>
    Object.fromEntries((await examineRedis(urls, 5000)).map(({ id, severity }) => [id, severity]));
  const healthy = { "redis.connection": "ok", "redis.eviction": "ok", "redis.persistence": "ok" };
  expect(await severities(redis.url)).toEqual(healthy);
  expect(await severities(...cluster.map(({ url }) => url))).toEqual(healthy);
  expect(await severities(cluster[0]?.url ?? "")).toMatchObject({ "redis.connection": "problem" });
  expect(await severities(redis.url, redis.url)).toMatchObject({ "redis.connection": "problem" });
  const evicting = await startRedis([
    ...["--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru", "--requirepass", "a-password"],
  ]);
  const evictingBy = (password: string) =>
    severities(evicting.url.replace("redis://", `redis://:${password}@`));
  expect(await evictingBy("a-password")).toEqual({ ...healthy, "redis.eviction": "problem" });
  expect(await evictingBy("another")).toEqual({ "redis.connection": "warning" });
  await evicting.remove();
  expect(await severities(evicting.url)).toEqual({ "redis.connection": "warning" });
});

test("S53 with Redis no window over three holders has more uses than the limit, even if holders pause", async () => {
  const times = shortTimes;
  const play = async (name: string, limit: number, counted: typeof times) => {
    const most: number[] = [];
    for (let seed = 1; seed <= 40; seed += 1) {
      const store: RedisGrants = await opened(counted, () => history.now);
      const history: LimitHistory = new LimitHistory(store, times, `${name}-${seed}`, limit, seed);
      await history.play(40);
      store.close();
      most.push(history.mostInWindow());
    }
    return Math.max(...most);
  };
  for (const limit of [5, 40]) {
    const most = await play(`exact-${limit}`, limit, times);
    expect(most).toBeLessThanOrEqual(limit);
    expect(most).toBeGreaterThan(0.9 * limit);
  }
  // If grants counted for the window only, there would be too many.
  expect(await play("short", 5, { ...times, windowMs: times.windowMs - times.grantMs })).toBeGreaterThan(5);
});

test("S53 with Redis three instances share a limit, including uses from before they shared it", async () => {
  const first = await start();
  const key = limitedKey(40, 50);
  for (let use = 0; use < 10; use += 1) first.take(key);
  const instances = [first, ...(await Promise.all([start(), start()]))];
  expect(await taken(instances, key, 30)).toBe(30);
  const refused = await first.take(key);
  expect(refused).toMatchObject({ allowed: false, state: { limit: 40, remaining: 0 } });
});

test("S53 with Redis a client that waits as long as it was told is allowed, also by another instance", async () => {
  const [first, second] = (await Promise.all([
    start([redis.url], shortTimes),
    start([redis.url], shortTimes),
  ])) as [LimitInstance, LimitInstance];
  const key = limitedKey(5);
  let refused = await first.take(key);
  while (refused.allowed) refused = await first.take(key);
  await waitUntil(
    "it may come back",
    async () => performance.now() >= refused.state.now + refused.state.nextInMs,
  );
  expect(await second.take(key)).toMatchObject({ allowed: true });
});

test("a cluster keeps a key and its workspace on one node, and grants both or none", async () => {
  const urls = cluster.map(({ url }) => url);
  const instances = await Promise.all([start(urls), start(urls)]);
  for (let count = 0; count < 8; count += 1) {
    const key = limitedKey(100, 7);
    expect(await taken(instances, key, 6)).toBe(7);
  }
});

test("with REDIS_URL /api/ready reports whether Redis is available, and the server works without it", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  const ready = async () => {
    const { status, json } = await call("/api/ready");
    return { answered: status, ...(json as { checks: { redis: string } }) };
  };
  await withAnotherRuntime({ REDIS_URL: redis.url }, async ({ engine: { limitSharing } }) => {
    await waitUntil("Redis is there", async () => "ok" === (await ready()).checks.redis);
    expect(limitSharing.isAlone).toBe(true);
    expect((await ready()).answered).toBe(200);
    await redis.stop();
    expect(await ready()).toMatchObject({ answered: 200, checks: { database: "ok", redis: "unavailable" } });
    const me = () => call("/api/public/v1/me", { headers: { "x-api-key": secret } });
    expect((await me()).status).toBe(200);
    const other = await startLimitInstance(undefined, limitTimes);
    started.push(other);
    await waitUntil("it is not alone", async () => !limitSharing.isAlone);
    expect((await ready()).answered).toBe(200);
    expect((await me()).status).toBe(200);
    await redis.start();
    await waitUntil("Redis is there", async () => "ok" === (await ready()).checks.redis);
  });
});
