import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { type FakeClock, makeFakeClock } from "@/tests/models/fake-clock";
import { wrongAllows } from "@/tests/models/revocation-history";
import { makeRunKeys, RevocationRun, type RunKey } from "@/tests/models/revocation-run";
import { type OwnPostgres, startOwnPostgres } from "@/tests/peers/own-postgres";
import { type RedisServer, startRedis } from "@/tests/peers/redis-server";
import { startTcpProxy, type TcpProxy } from "@/tests/peers/tcp-proxy";
import { useBundle } from "@/tests/processes/bundle";
import { type DecisionProcess, startDecisionProcess } from "@/tests/processes/decision-process";
import { waitUntil } from "@/tests/wait-until";

const hour = 3600;
const clocks: Record<"database" | "first" | "second", FakeClock> = {
  database: makeFakeClock(),
  first: makeFakeClock(),
  second: makeFakeClock(),
};
let postgres: OwnPostgres;
useRuntime(
  {},
  {
    database: async () => {
      postgres = await startOwnPostgres(clocks.database.env);
      return { url: postgres.url, drop: () => postgres.remove() };
    },
  },
);
const program = useBundle("tests/processes/key-api-process.ts");
const wrong = useBundle("tests/processes/key-api-process.ts", {
  file: "lib/engine/leases/lease.ts",
  right: "return mono < lease.until.mono && wall < lease.until.wall;",
  wrong: "return wall < lease.until.wall;",
});
let wayOfFirst: TcpProxy;
// With Redis, an instance that can't reach PostgreSQL could still take rate limit grants, so only its lease stops it.
let redis: RedisServer;
const started: DecisionProcess[] = [];
beforeAll(async () => {
  // If it couldn't reach Redis either, all instances would switch to PostgreSQL.
  await runtime().engine.leaseKeeper.stop();
  wayOfFirst = await startTcpProxy(postgres.url);
  redis = await startRedis();
});
afterEach(() => Promise.all(started.splice(0).map((instance) => instance.kill())));
afterAll(async () => {
  await wayOfFirst?.close();
  await redis?.remove();
  for (const clock of Object.values(clocks)) clock.remove();
});

/** Three instances: two with clocks that can be stepped, the first with a connection to the database that can be cut. */
async function startInstances(program: string): Promise<DecisionProcess[]> {
  for (const clock of Object.values(clocks)) clock.setTo(0);
  wayOfFirst.restore();
  const settings = { REDIS_URL: redis.url };
  const instances = await Promise.all([
    startDecisionProcess(program, { ...settings, ...clocks.first.env, DATABASE_URL: wayOfFirst.url }),
    startDecisionProcess(program, { ...settings, ...clocks.second.env }),
    startDecisionProcess(program, settings),
  ]);
  started.push(...instances);
  return instances;
}

/** Waits until every instance has renewed its lease with a renewal that began from now on. */
async function renewAll(): Promise<void> {
  const renewals = async () => {
    const { rows } = await runtime().pool.query<{ id: string; renewal: string }>(
      "SELECT id, renewal FROM decisions.instances",
    );
    return new Map(rows.map(({ id, renewal }) => [id, Number(renewal)]));
  };
  const before = await renewals();
  // One may be in flight.
  await waitUntil("all instances have renewed their leases", async () =>
    [...(await renewals())].every(([id, renewal]) => renewal >= (before.get(id) ?? 0) + 2),
  );
}

/** Sets the clock of an instance that can't reach the database back by an hour, and revokes a key elsewhere. */
async function stepBackWhileCutOff(run: RevocationRun): Promise<void> {
  // It can't look up a key that it doesn't know yet.
  await run.calledAgain(0, run.nextKey, 2);
  wayOfFirst.cut();
  clocks.first.setTo(-hour);
  const revoked = await run.revokeNext(2);
  await run.calledAgain(0, revoked, 20);
  wayOfFirst.restore();
  clocks.first.setTo(0);
}

test("S35 stepping the clocks of an instance or the database back and forth revives no revoked or expired key", async () => {
  const { manager, keys } = await makeRunKeys(24);
  const run = new RevocationRun(await startInstances(program()), keys, manager);
  await run.revokeNext(2);
  // The key has expired by the database's time that instances have seen, and then its clock is set back.
  const expiring = keys.at(-1) as RunKey;
  await runtime().pool.query(
    "UPDATE api_keys SET expires_at = clock_timestamp() + interval '1 second' WHERE id = $1",
    [expiring.id],
  );
  expect(await run.call(2, expiring.secret)).toBe(200);
  await expect.poll(() => run.call(2, expiring.secret), { timeout: 30_000 }).toBe(401);
  clocks.database.setTo(-hour);
  // The instance learns the database's clock with its renewals.
  for (let renewed = 0; renewed < 3; renewed += 1) {
    await renewAll();
    expect(await run.call(2, expiring.secret)).toBe(401);
  }

  for (const [clock, offset] of [
    [clocks.first, hour],
    [clocks.second, -hour],
    [clocks.database, -hour],
    [clocks.first, -hour],
    [clocks.database, hour],
    [clocks.second, 0],
    [clocks.database, 0],
    [clocks.first, 0],
  ] as const) {
    clock.setTo(offset);
    for (const instance of [2, 1, 0]) if (run.revocations.length < 20) await run.revokeNext(instance);
  }
  await stepBackWhileCutOff(run);

  await run.end();
  await run.expectLogged();
  run.expectExact({ revocations: 20, allows: 300, denials: 100, during: 18 });
});

test("a lease that used only the wall clock would be detected", async () => {
  const { manager, keys } = await makeRunKeys(6);
  const run = new RevocationRun(await startInstances(wrong()), keys, manager);
  await run.revokeNext(2);
  await stepBackWhileCutOff(run);
  await run.end();
  expect(wrongAllows(run.calls, run.revocations).length).toBeGreaterThan(0);
});
