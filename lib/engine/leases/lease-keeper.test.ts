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

/** As if the database had been watched for a long time. */
const settled: LeaseTimes = { ...leaseTimes, longestLeaseMs: 1 };

/** Another engine in this process. */
async function startInstance(times: LeaseTimes = settled, url = runtime().env.databaseUrl as string) {
  const { pool, log } = runtime();
  const store = new PostgresLeases(pool, { ...clientConfig(url), connectionTimeoutMillis: 2000 });
  const keeper = new LeaseKeeper(store, log, times);
  keepers.push(keeper);
  await keeper.start();
  const cache = new KeyCache(new PostgresKeys(pool), keeper, log);
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

/** A longest lease that is short enough for a test. */
const quick: LeaseTimes = { leaseMs: 2000, periodMs: 500, longestLeaseMs: 1000 };

test("S35 an instance that has run for longer than any lease confirms its first revocation without waiting", async () => {
  const { watch } = await startInstance(quick);
  const longWaits: number[] = [];
  watch.onLongWait = (waitMs) => longWaits.push(waitMs);
  const startedAt = performance.now();
  const wait = leaseOverAfter(quick.longestLeaseMs);
  await waitUntil("it has run for that long", async () => performance.now() - startedAt > wait);
  await watch.waitUntilRejectedEverywhere();
  expect(longWaits).toEqual([]);
});

test("S35 an instance that just started, and is the only one, waits for leases from before a failover", async () => {
  await runtime().engine.leaseKeeper.stop();
  try {
    // Much longer than starting takes, even on a busy machine.
    const times = { ...quick, longestLeaseMs: 3000 };
    const startingAt = performance.now();
    const { watch } = await startInstance(times);
    const longWaits: number[] = [];
    watch.onLongWait = (waitMs) => longWaits.push(waitMs);
    await watch.waitUntilRejectedEverywhere();
    expect(performance.now()).toBeGreaterThanOrEqual(startingAt + leaseOverAfter(times.longestLeaseMs));
    expect(longWaits).toHaveLength(1);
  } finally {
    await runtime().engine.leaseKeeper.start();
  }
});

test("S35 an instance that just started learns from another one that there was no recent failover", async () => {
  const { watch } = await startInstance(quick);
  const longWaits: number[] = [];
  watch.onLongWait = (waitMs) => longWaits.push(waitMs);
  await waitUntil("an instance has known the timeline for longer than any lease", async () => {
    const [row] = await rows<{ known: number }>(
      "SELECT max(known_ms)::int AS known FROM decisions.instances",
    );
    return (row?.known ?? 0) > leaseOverAfter(quick.longestLeaseMs);
  });
  await watch.waitUntilRejectedEverywhere();
  expect(longWaits).toEqual([]);
});

test("S35 knowledge about another timeline doesn't count for this one", async () => {
  await runtime().engine.leaseKeeper.stop();
  await rows(
    "INSERT INTO decisions.instances (id, incarnation, lease_ms, known_ms) VALUES ($1, 'other/00000001', 1, 86400000)",
    [randomUUID()],
  );
  try {
    const { watch } = await startInstance(quick);
    const longWaits: number[] = [];
    watch.onLongWait = (waitMs) => longWaits.push(waitMs);
    await watch.waitUntilRejectedEverywhere();
    expect(longWaits).toHaveLength(1);
  } finally {
    await rows("DELETE FROM decisions.instances WHERE incarnation = 'other/00000001'");
    await runtime().engine.leaseKeeper.start();
  }
});

test("when the process stops, waiting calls are rejected, and the database isn't queried any more", async () => {
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

test("a database that stops answering while we connect costs the lease for seconds, not forever", async () => {
  const proxy = await startTcpProxy(runtime().env.databaseUrl as string);
  try {
    const { keeper } = await startInstance(leaseTimes, proxy.url);
    for (const lastWords of ["synchronous_commit", "LISTEN"]) {
      proxy.cut();
      proxy.restore();
      proxy.silenceAfter(lastWords);
      await waitUntil(
        "the lease has ended",
        async () => (await keeper.ensureLease().catch(() => null)) === null,
      );
      proxy.restore();
      await waitUntil("the lease is held again", () =>
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

test("S35 an acknowledgment from another timeline doesn't count", async () => {
  const { keeper } = await startInstance();
  const { timeline, applied } = keeper.lease as NonNullable<typeof keeper.lease>;
  expect(await keeper.apply({ epoch: applied, timeline })).toBe(true);
  expect(await keeper.apply({ epoch: applied, timeline: "another life" })).toBe(false);
});

test("a key costs one query, even an unknown one, and no more until it changes", async () => {
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

test("S35 changes by other programs are applied everywhere before the wait for rejection ends", async () => {
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

test("S35 a deleted row or a cut connection costs the lease, and no revocation is missed", async () => {
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
    await waitUntil("the lease is held again", () =>
      other.keeper.ensureLease().then(
        () => true,
        () => false,
      ),
    );
    if (fault.toString().includes("DELETE"))
      await waitUntil(
        "it has joined again",
        async () => other.keeper.instanceId !== null && other.keeper.instanceId !== before,
      );
    await rows("UPDATE api_keys SET revoked_at = now() WHERE id = $1", [key.id]);
    await one.watch.waitUntilRejectedEverywhere();
    expect((await other.cache.find(hash)).record?.revokedAt).not.toBeNull();
  }
}, 40_000);

test("S35 a revocation waits for a paused instance until its lease has ended, and so does a repeated one", async () => {
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

test("S35 changes get epochs in commit order, and a thousand changes in one commit get one", async () => {
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

test("no call waits forever when the database's timeline changes repeatedly", async () => {
  const { keeper, store } = await startInstance();
  const [original] = await rows<{ text: string }>(
    "SELECT pg_get_functiondef('decisions.incarnation'::regproc) AS text",
  );
  // A wait for a dead instance's row would take longer than any of these timelines.
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
  await waitUntil("the lease is held again", () =>
    keeper.ensureLease().then(
      () => true,
      () => false,
    ),
  );
});
