import { randomUUID } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { clientConfig } from "@/lib/server/database";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { startTcpProxy } from "@/tests/peers/tcp-proxy";
import { waitUntil } from "@/tests/wait-until";
import { KeyCache } from "../keys/key-cache";
import { hashOfSecret } from "../keys/key-format";
import { PostgresKeys } from "../postgres/key-store";
import { PostgresLeases } from "../postgres/lease-store";
import { type LeaseTimes, leaseOverAfter, leaseTimes } from "./lease";
import { LeaseKeeper } from "./lease-keeper";
import { RejectionWatch } from "./rejection-watch";

useRuntime();
const keepers: LeaseKeeper[] = [];
afterEach(async () => void (await Promise.all(keepers.splice(0).map((keeper) => keeper.stop()))));

/** As if the database had been watched for long already. */
const settled: LeaseTimes = { ...leaseTimes, longestLeaseMs: 1 };

/** One more instance of everything that decides, in this process. */
async function startInstance(times: LeaseTimes = settled, url = runtime().env.databaseUrl as string) {
  const { pool, log } = runtime();
  const store = new PostgresLeases(pool, { ...clientConfig(url), connectionTimeoutMillis: 2000 });
  const keeper = new LeaseKeeper(store, log, times);
  keepers.push(keeper);
  await keeper.start();
  const cache = new KeyCache(new PostgresKeys(pool), keeper);
  return { keeper, store, cache, watch: new RejectionWatch(store, keeper) };
}

async function rows<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
  return (await runtime().pool.query<Row>(text, values)).rows;
}

async function makeHash() {
  const { actor, workspace } = await makeWorkspace();
  const { key, secret } = await makeKey(actor);
  return { actor, workspace, key, hash: hashOfSecret(secret) };
}

/** A longest lease that a test can see out. */
const quick: LeaseTimes = { leaseMs: 2000, periodMs: 500, longestLeaseMs: 1000 };

test("S35 an instance that runs for longer than any lease answers its first revocation without waiting for one", async () => {
  const { watch } = await startInstance(quick);
  const told: number[] = [];
  watch.onLongWait = (waitMs) => told.push(waitMs);
  const startedAt = performance.now();
  const wait = leaseOverAfter(quick.longestLeaseMs);
  await waitUntil("it has run so long", async () => performance.now() - startedAt > wait);
  await watch.waitUntilRejectedEverywhere();
  expect(told).toEqual([]);
});

test("S35 one that started just now, and is alone, waits for the leases of before a failover", async () => {
  await runtime().engine.leaseKeeper.stop();
  try {
    // So long that starting takes but a small part of it, on a busy machine too.
    const times = { ...quick, longestLeaseMs: 3000 };
    const startingAt = performance.now();
    const { watch } = await startInstance(times);
    const told: number[] = [];
    watch.onLongWait = (waitMs) => told.push(waitMs);
    await watch.waitUntilRejectedEverywhere();
    expect(performance.now()).toBeGreaterThanOrEqual(startingAt + leaseOverAfter(times.longestLeaseMs));
    expect(told).toHaveLength(1);
  } finally {
    await runtime().engine.leaseKeeper.start();
  }
});

test("S35 one that started just now learns from another instance that no failover happened lately", async () => {
  const { watch } = await startInstance(quick);
  const told: number[] = [];
  watch.onLongWait = (waitMs) => told.push(waitMs);
  await waitUntil("an instance has known the timeline for longer than any lease", async () => {
    const [row] = await rows<{ known: number }>(
      "SELECT max(known_ms)::int AS known FROM decisions.instances",
    );
    return (row?.known ?? 0) > leaseOverAfter(quick.longestLeaseMs);
  });
  await watch.waitUntilRejectedEverywhere();
  expect(told).toEqual([]);
});

test("S35 what an instance knows of another timeline says nothing about this one", async () => {
  await runtime().engine.leaseKeeper.stop();
  await rows(
    "INSERT INTO decisions.instances (id, incarnation, lease_ms, known_ms) VALUES ($1, 'other/00000001', 1, 86400000)",
    [randomUUID()],
  );
  try {
    const { watch } = await startInstance(quick);
    const told: number[] = [];
    watch.onLongWait = (waitMs) => told.push(waitMs);
    await watch.waitUntilRejectedEverywhere();
    expect(told).toHaveLength(1);
  } finally {
    await rows("DELETE FROM decisions.instances WHERE incarnation = 'other/00000001'");
    await runtime().engine.leaseKeeper.start();
  }
});

test("a waiter is told when its process stops, and asks the database no more", async () => {
  const { watch } = await startInstance();
  await rows(
    "INSERT INTO decisions.instances (id, incarnation, lease_ms) VALUES ($1, decisions.incarnation(), 2000)",
    [randomUUID()],
  );
  const waiting = watch.waitUntilRejectedEverywhere();
  const refused = expect(waiting).rejects.toMatchObject({ code: "unavailable" });
  await watch.stop();
  await refused;
  await expect(watch.waitUntilRejectedEverywhere()).rejects.toMatchObject({ code: "unavailable" });
});

test("a database that falls silent while the connection is made costs the lease for seconds, not for ever", async () => {
  const proxy = await startTcpProxy(runtime().env.databaseUrl as string);
  try {
    const { keeper } = await startInstance(leaseTimes, proxy.url);
    for (const lastWords of ["synchronous_commit", "LISTEN"]) {
      proxy.cut();
      proxy.restore();
      proxy.silenceAfter(lastWords);
      await waitUntil(
        "the lease is over",
        async () => (await keeper.ensureLease().catch(() => null)) === null,
      );
      proxy.restore();
      await waitUntil("there is a lease again", () =>
        keeper.ensureLease().then(
          () => true,
          () => false,
        ),
      );
    }
  } finally {
    await Promise.all(keepers.splice(0).map((keeper) => keeper.stop()));
    await proxy.close();
  }
}, 60_000);

test("S35 what was applied in another life of the database is no acknowledgement in this one", async () => {
  const { keeper } = await startInstance();
  const { timeline, applied } = keeper.lease as NonNullable<typeof keeper.lease>;
  expect(await keeper.apply({ epoch: applied, timeline })).toBe(true);
  expect(await keeper.apply({ epoch: applied, timeline: "another life" })).toBe(false);
});

test("a key costs one query, an unknown one too, and none from then on until it is created", async () => {
  const { actor, hash } = await makeHash();
  const { cache } = await startInstance();
  for (const _ of [1, 2, 3]) expect((await cache.find(hash)).record).not.toBeNull();
  expect(cache.queries).toBe(1);
  await Promise.all(Array.from({ length: 50 }, () => cache.find(hash)));
  expect(cache.queries).toBe(1);

  const { key, secret } = await makeKey(actor);
  const later = hashOfSecret(secret);
  const [copy] = await rows<{ json: string }>(
    "DELETE FROM api_keys k WHERE id = $1 RETURNING to_json(k)::text AS json",
    [key.id],
  );
  await Promise.all(Array.from({ length: 50 }, () => cache.find(later)));
  expect((await cache.find(later)).record).toBeNull();
  expect(cache.queries).toBe(2);
  await rows("INSERT INTO api_keys SELECT * FROM json_populate_record(NULL::api_keys, $1::json)", [
    copy?.json,
  ]);
  await waitUntil("the new key is known", async () => (await cache.find(later)).record !== null);
});

test("S35 whatever another program writes is forgotten everywhere before `everywhere` resolves", async () => {
  const [one, other] = [await startInstance(), await startInstance()];
  const { key, workspace, hash, actor } = await makeHash();
  const seen = async () =>
    Promise.all([one, other].map(async ({ cache }) => (await cache.find(hash)).record));
  const holds = async (text: string, values: unknown[], expected: object | null) => {
    await seen();
    await rows(text, values);
    await one.watch.waitUntilRejectedEverywhere();
    for (const record of await seen())
      if (expected) expect(record).toMatchObject(expected);
      else expect(record).toBeNull();
  };
  const member = [workspace.id, actor.userId];
  await holds("UPDATE members SET role = 'member' WHERE workspace_id = $1 AND user_id = $2", member, {
    role: "member",
  });
  await holds("UPDATE members SET suspended_at = now() WHERE workspace_id = $1 AND user_id = $2", member, {
    ownerSuspended: true,
  });
  await holds("UPDATE workspaces SET api_access = false WHERE id = $1", [workspace.id], { apiAccess: false });
  await holds("DELETE FROM members WHERE workspace_id = $1 AND user_id = $2", member, { role: null });
  await holds("UPDATE api_keys SET revoked_at = now() WHERE id = $1", [key.id], {
    revokedAt: expect.any(Date),
  });
  await holds("DELETE FROM workspaces WHERE id = $1", [workspace.id], null);
});

test("S35 a row taken away and a connection cut cost the lease, and no revocation is missed", async () => {
  const [one, other] = [await startInstance(), await startInstance()];
  for (const fault of [
    () => rows("DELETE FROM decisions.instances WHERE id = $1", [other.keeper.instanceId]),
    () =>
      rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'keyward lease' AND datname = current_database()",
      ),
  ]) {
    const { key, hash } = await makeHash();
    expect((await other.cache.find(hash)).record?.revokedAt).toBeNull();
    const before = other.keeper.instanceId;
    await fault();
    await waitUntil("it has a lease again", () =>
      other.keeper.ensureLease().then(
        () => true,
        () => false,
      ),
    );
    if (fault.toString().includes("DELETE"))
      await waitUntil(
        "it has joined anew",
        async () => other.keeper.instanceId !== null && other.keeper.instanceId !== before,
      );
    await rows("UPDATE api_keys SET revoked_at = now() WHERE id = $1", [key.id]);
    await one.watch.waitUntilRejectedEverywhere();
    expect((await other.cache.find(hash)).record?.revokedAt).not.toBeNull();
  }
}, 40_000);

test("S35 an instance that stands still is waited for as long as its lease, and by a repeat as well", async () => {
  const { watch } = await startInstance();
  await rows(
    "INSERT INTO decisions.instances (id, incarnation, lease_ms) VALUES ($1, decisions.incarnation(), 700)",
    [randomUUID()],
  );
  for (const _ of ["first", "repeat"]) {
    const receipt = await watch.waitUntilRejectedEverywhere();
    expect(receipt.lapsed).toBe(1);
    expect(receipt.afterMs).toBeGreaterThanOrEqual(leaseOverAfter(700));
  }
});

test("S35 changes take their epochs in the order of their commits, and a thousand in one commit take one", async () => {
  const [first, second] = [await makeHash(), await makeHash()];
  const revoke = "UPDATE api_keys SET revoked_at = now() WHERE id = $1";
  const epochOf = async (id: string) =>
    (
      await rows<{ epoch: number }>("SELECT max(epoch) AS epoch FROM decisions.invalidations WHERE id = $1", [
        id,
      ])
    )[0]?.epoch ?? 0;
  const slow = await runtime().pool.connect();
  try {
    await slow.query("BEGIN");
    await slow.query(revoke, [first.key.id]);
    await rows(revoke, [second.key.id]);
    await slow.query("COMMIT");
  } finally {
    slow.release();
  }
  expect(await epochOf(first.key.id)).toBeGreaterThan(await epochOf(second.key.id));

  await rows(
    `INSERT INTO api_keys SELECT (json_populate_record(k, json_build_object('id', k.id || n, 'hash', '\\x' || encode(sha256((k.id || n)::bytea), 'hex')))).*
     FROM api_keys k, generate_series(1, 1000) n WHERE id = $1`,
    [second.key.id],
  );
  const head = async () =>
    (await rows<{ epoch: number }>("SELECT epoch FROM decisions.invalidation_head"))[0]?.epoch ?? 0;
  const before = await head();
  await rows("UPDATE api_keys SET disabled_at = now() WHERE workspace_id = $1", [second.workspace.id]);
  expect(await head()).toBe(before + 1);
  await rows("DELETE FROM workspaces WHERE id = $1", [second.workspace.id]);
  expect(await head()).toBe(before + 2);
});

test("a database whose life changes again and again leaves nobody waiting for ever", async () => {
  const { keeper, store } = await startInstance();
  const [original] = await rows<{ text: string }>(
    "SELECT pg_get_functiondef('decisions.incarnation'::regproc) AS text",
  );
  // A row of an instance that is gone would have to be waited for longer than any of these lives.
  await rows(
    "INSERT INTO decisions.instances (id, incarnation, lease_ms) VALUES ($1, decisions.incarnation(), 2000)",
    [randomUUID()],
  );
  await rows(`CREATE OR REPLACE FUNCTION decisions.incarnation() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT floor(extract(epoch FROM clock_timestamp()) * 4)::text $$`);
  try {
    const watch = new RejectionWatch(store, keeper, 1500);
    await expect(watch.waitUntilRejectedEverywhere()).rejects.toMatchObject({ code: "unavailable" });
  } finally {
    await rows((original as { text: string }).text);
  }
  await waitUntil("the lease is there again", () =>
    keeper.ensureLease().then(
      () => true,
      () => false,
    ),
  );
});
