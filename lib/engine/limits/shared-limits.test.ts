import { afterEach, beforeAll, expect, test } from "vitest";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import {
  type LimitedKey,
  type LimitInstance,
  limitedKey,
  longTimes,
  shortTimes,
  startLimitInstance,
} from "@/tests/models/limit-instance";
import { useBundle } from "@/tests/processes/bundle";
import { type DecisionProcess, startDecisionProcess } from "@/tests/processes/decision-process";
import { waitUntil } from "@/tests/wait-until";
import { giveBackUse } from "./key-limits";

useRuntime();
const program = useBundle("tests/processes/key-api-process.ts");
const started: LimitInstance[] = [];
const processes: DecisionProcess[] = [];
// Stop the test file's own instance, which would count as another one.
beforeAll(() => runtime().engine.leaseKeeper.stop());
afterEach(async () => {
  await Promise.all(started.splice(0).map((instance) => instance.stop()));
  await Promise.all(processes.splice(0).map((instance) => instance.kill()));
  // Remove the rows of killed instances.
  await runtime().pool.query("DELETE FROM decisions.instances");
});

/** From the last use until the next one is allowed: the window plus the lifetime of a grant. */
const untilFreeMs = shortTimes.windowMs + shortTimes.grantMs;

async function start(times = longTimes): Promise<LimitInstance> {
  const instance = await startLimitInstance(null, times);
  started.push(instance);
  return instance;
}

async function taken(instances: LimitInstance[], key: LimitedKey, each: number): Promise<number> {
  const answers = await Promise.all(
    instances.flatMap((instance) => Array.from({ length: each }, () => instance.take(key))),
  );
  return answers.filter(({ allowed }) => allowed).length;
}

test("S53 a burst over three instances passes no more than the limit, and Retry-After is set", async () => {
  const { actor } = await makeWorkspace();
  processes.push(...(await Promise.all([1, 2, 3].map(() => startDecisionProcess(program())))));
  for (const limit of [5, 600]) {
    const { secret } = await makeKey(actor, { rateLimitPerMinute: limit });
    const answers: Response[] = [];
    const callUntilRefused = async ({ origin }: DecisionProcess) => {
      for (let status = 0; status !== 429; ) {
        const answer = await fetch(`${origin}/api/forward-auth/v1`, { headers: { "x-api-key": secret } });
        answers.push(answer);
        status = answer.status;
      }
    };
    await Promise.all(processes.flatMap((one) => Array.from({ length: 12 }, () => callUntilRefused(one))));
    const allowed = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 429);
    expect(allowed.length).toBeLessThanOrEqual(limit);
    // When one instance is refused, two others may hold a sixteenth each.
    expect(allowed.length).toBeGreaterThanOrEqual(limit * 0.8);
    for (const { headers } of refused) {
      const wait = Number(headers.get("retry-after"));
      expect(wait >= 1 && wait <= 61).toBe(true);
      expect(headers.get("x-ratelimit-remaining")).toBe("0");
    }
  }
});

test("an instance that is alone decides without the store", async () => {
  const alone = await start();
  const key = limitedKey(3);
  expect(alone.limitSharing.isAlone).toBe(true);
  expect([alone.tryTake(key), alone.tryTake(key), alone.tryTake(key), alone.tryTake(key)]).toMatchObject(
    [true, true, true, false].map((allowed) => ({ allowed })),
  );
});

test("S53 a client that waits for Retry-After is admitted by any instance", async () => {
  const instances = await Promise.all([shortTimes, shortTimes, shortTimes].map(start));
  const [first, second] = instances as [LimitInstance, LimitInstance, LimitInstance];
  const key = limitedKey(5);
  const begunAt = performance.now();
  let refused = await first.take(key);
  while (refused.allowed) refused = await first.take(key);
  const refusedAt = performance.now();
  expect(refused).toMatchObject({ allowed: false, state: { limit: 5, remaining: 0 } });
  const nextAt = refused.state.now + refused.state.nextInMs;
  expect(nextAt).toBeGreaterThanOrEqual(begunAt + untilFreeMs);
  // Not later than necessary, except for the rounding to slots.
  expect(nextAt).toBeLessThanOrEqual(refusedAt + untilFreeMs + shortTimes.windowMs / 10);
  await waitUntil("the next use is allowed", async () => performance.now() >= nextAt);
  expect(await second.take(key)).toMatchObject({ allowed: true });
});

test("uses counted alone count for instances that join, before they allow anything", async () => {
  const first = await start();
  const [plain, small] = [limitedKey(40), limitedKey(30, 35)];
  for (const key of [plain, small]) for (let use = 0; use < 20; use += 1) first.take(key);
  const second = await start();
  expect(first.limitSharing.isAlone && second.limitSharing.isOpen()).toBe(false);
  expect(await taken([second], plain, 60)).toBe(20);
  expect((await second.take({ ...small, keyId: "another" })).state.remaining).toBeLessThan(15);
  expect(await taken([first, second], small, 60)).toBeLessThanOrEqual(10);
});

test("an instance that is alone again counts in memory, once it knows all uses in the window", async () => {
  const first = await start(shortTimes);
  const second = await start(shortTimes);
  const key = limitedKey(16);
  expect(await taken([first, second], key, 4)).toBe(8);
  const leavingAt = performance.now();
  await second.stop();
  started.splice(started.indexOf(second), 1);
  await waitUntil("it is alone", async () => first.limitSharing.isAlone);
  expect(performance.now()).toBeGreaterThanOrEqual(leavingAt + untilFreeMs);
  expect(first.tryTake(key)).toMatchObject({ allowed: true, state: { remaining: 15 } });
});

test("others don't wait for a paused instance longer than its lease", async () => {
  await runtime().pool.query(
    `INSERT INTO decisions.instances (id, incarnation, lease_ms, shares_limits)
     VALUES ('00000000-0000-4000-8000-000000000001', decisions.incarnation(), 3000, false)`,
  );
  // Its row remains, so only the end of its lease can end the wait.
  await runtime().pool.query(
    `CREATE RULE keep AS ON DELETE TO decisions.instances
     WHERE OLD.id = '00000000-0000-4000-8000-000000000001' DO INSTEAD NOTHING`,
  );
  const instance = await start();
  await expect(instance.take(limitedKey(5))).rejects.toMatchObject({
    code: "unavailable",
    retryAfterSeconds: 1,
  });
  await waitUntil("its lease has ended", async () => instance.limitSharing.isOpen());
  await runtime().pool.query("DROP RULE keep ON decisions.instances");
  expect(await instance.take(limitedKey(5))).toMatchObject({ allowed: true });
});

test("grants are given for both a key and its workspace, or for neither", async () => {
  const instances = await Promise.all([start(), start()]);
  const key = limitedKey(100, 7);
  const other = { ...key, keyId: `${key.keyId}-other` };
  const allowed = (await taken(instances, key, 10)) + (await taken(instances, other, 10));
  expect(allowed).toBe(7);

  const { store } = (instances[0] as LimitInstance).limitSharing;
  const spent = { id: key.workspaceId, limit: 7, wanted: 1, grant: "test:1" };
  const free = { id: other.keyId, limit: 100, wanted: 1, grant: "test:2" };
  for (const asks of [
    [spent, free],
    [free, spent],
  ])
    expect(await store.take(key.workspaceId, asks, 1)).toMatchObject([{ granted: 0 }, { granted: 0 }]);
});

test("a decision that can't be logged gives its use back, and unused grants return to the store", async () => {
  const [first, second] = (await Promise.all([start(), start()])) as [LimitInstance, LimitInstance];
  const key = limitedKey(2);
  expect(await first.take(key)).toMatchObject({ allowed: true });
  const { allowed, state } = await first.take(key);
  expect(allowed).toBe(true);
  giveBackUse(key, first, state.now);
  await waitUntil("the use is available again", async () => (await second.take(key)).allowed);
  expect(await taken([first, second], key, 3)).toBe(0);
});

test("while the store doesn't answer nothing is allowed, and afterwards everything works again", async () => {
  const instances = await Promise.all([start(), start()]);
  const key = limitedKey(64);
  expect(await taken(instances, key, 1)).toBe(2);
  await runtime().pool.query("ALTER SCHEMA limits RENAME TO limits_away");
  try {
    const fresh = limitedKey(5);
    for (const instance of instances)
      await expect(instance.take(fresh)).rejects.toMatchObject({ code: "unavailable", retryAfterSeconds: 1 });
  } finally {
    await runtime().pool.query("ALTER SCHEMA limits_away RENAME TO limits");
  }
  expect(await taken(instances, limitedKey(5), 5)).toBe(5);
});

test("when the store lost its data, an instance still allows no more than its memory permits", async () => {
  const instances = await Promise.all([start(), start()]);
  const key = limitedKey(8);
  expect(await taken(instances.slice(0, 1), key, 8)).toBe(8);
  await runtime().pool.query("TRUNCATE limits.grants");
  expect(await taken(instances.slice(0, 1), key, 10)).toBe(0);
});

test("rows whose uses no longer count are deleted", async () => {
  const [first] = await Promise.all([start(), start()]);
  const key = limitedKey(5);
  await (first as LimitInstance).take(key);
  const rows = async () =>
    (await runtime().pool.query("SELECT FROM limits.grants WHERE id = $1", [key.keyId])).rowCount;
  await (first as LimitInstance).limitSharing.store.sweep();
  expect(await rows()).toBe(1);
  await runtime().pool.query("UPDATE limits.grants SET times = ARRAY[times[1] - $2::float8] WHERE id = $1", [
    key.keyId,
    longTimes.windowMs + longTimes.grantMs,
  ]);
  await (first as LimitInstance).limitSharing.store.sweep();
  expect(await rows()).toBe(0);
});
