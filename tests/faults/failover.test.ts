import { afterEach, expect, test } from "vitest";
import { createPool } from "@/lib/engine/postgres/client";
import { connectionConfig } from "@/lib/server/database";
import { examineDatabase } from "@/lib/server/doctor/examine-database";
import type { Severity } from "@/lib/server/doctor/finding";
import type { FindingId } from "@/lib/server/doctor/finding-texts";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { wrongAllows } from "@/tests/models/revocation-history";
import { makeRunKeys, RevocationRun, type RunKey } from "@/tests/models/revocation-run";
import { type OwnPostgres, startOwnPostgres } from "@/tests/peers/own-postgres";
import { startTcpProxy, type TcpProxy } from "@/tests/peers/tcp-proxy";
import { useBundle } from "@/tests/processes/bundle";
import { type DecisionProcess, startDecisionProcess } from "@/tests/processes/decision-process";
import { waitUntil } from "@/tests/wait-until";

// All instances reach PostgreSQL through it, like an address that always leads to the primary.
let address: TcpProxy;
let primary: OwnPostgres;
const servers: OwnPostgres[] = [];
const started: DecisionProcess[] = [];
useRuntime(
  {},
  {
    database: async () => {
      primary = await startOwnPostgres();
      servers.push(primary);
      address = await startTcpProxy(primary.url);
      const drop = async () => {
        await address.close();
        await Promise.all(servers.map((server) => server.remove()));
      };
      return { url: address.url, drop };
    },
  },
);
const program = useBundle("tests/processes/key-api-process.ts");
const wrong = useBundle("tests/processes/key-api-process.ts", {
  file: "lib/engine/leases/lease.ts",
  right: "if (entry.timeline !== lease.timeline) return false;",
  wrong: "",
});
afterEach(() => Promise.all(started.splice(0).map((instance) => instance.kill())));

async function startRun(program: string): Promise<{ run: RevocationRun; keys: RunKey[] }> {
  const { manager, keys } = await makeRunKeys(24);
  const instances = await Promise.all(
    [1, 2, 3].map(() => startDecisionProcess(program, { DATABASE_URL: address.url })),
  );
  started.push(...instances);
  return { run: new RevocationRun(instances, keys, manager), keys };
}

/** A standby that follows the primary until it is told to stop, and lacks what happens afterwards. */
async function followUntilNow(): Promise<OwnPostgres> {
  const standby = await primary.startStandby();
  servers.push(standby);
  const isStreaming = async () => {
    const [row] = await primary.administer<{ caughtUp: boolean }>(
      `SELECT coalesce(bool_and(replay_lsn >= pg_current_wal_lsn()), false) AS "caughtUp" FROM pg_stat_replication`,
    );
    return row?.caughtUp === true;
  };
  await waitUntil("the standby has caught up", isStreaming);
  return standby;
}

async function stopFollowing(standby: OwnPostgres): Promise<void> {
  await standby.administer("ALTER SYSTEM SET primary_conninfo TO ''");
  await standby.administer("SELECT pg_reload_conf()");
  await waitUntil("the standby is disconnected", async () => {
    const [row] = await primary.administer<{ count: number }>(
      "SELECT count(*)::int FROM pg_stat_replication",
    );
    return row?.count === 0;
  });
}

/** Simulates the loss of the primary's machine, and forwards to the standby. */
async function failOver(standby: OwnPostgres): Promise<void> {
  address.cut();
  await primary.kill();
  await standby.administer("SELECT pg_promote()");
  address.leadTo(standby.url);
  address.restore();
  primary = standby;
}

/** What `keyward doctor` says about a server and its standbys. */
async function examined({ url }: OwnPostgres, id: FindingId): Promise<Severity | undefined> {
  const pool = createPool({ ...connectionConfig(url), max: 1 });
  try {
    return (await examineDatabase(pool, runtime().env)).find((finding) => finding.id === id)?.severity;
  } finally {
    await pool.end();
  }
}

test("doctor finds standbys to which a failover could lose a revocation", async () => {
  expect(await examined(primary, "database.standbys")).toBe("ok");
  const standby = await followUntilNow();
  expect(await examined(primary, "database.standbys")).toBe("warning");
  expect(await examined(standby, "database.primary")).toBe("problem");
  await primary.administer("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'");
  await primary.administer("SELECT pg_reload_conf()");
  await waitUntil(
    "the standby is synchronous",
    async () => (await examined(primary, "database.standbys")) === "ok",
  );
  await primary.administer("ALTER SYSTEM RESET synchronous_standby_names");
  await primary.administer("SELECT pg_reload_conf()");
  await stopFollowing(standby);
});

test("S35 after a failover to a standby that lacks the last revocations, nothing is decided by older knowledge", async () => {
  const { run } = await startRun(program());
  for (let turn = 0; turn < 6; turn += 1) await run.revokeNext(turn % 3);
  const standby = await followUntilNow();
  await stopFollowing(standby);
  // These are lost with the primary, and later changes get the same epochs.
  const before = run.revocations.length;
  const lost: RunKey[] = [];
  for (let turn = 0; turn < 6; turn += 1) lost.push(await run.revokeNext(turn % 3));
  expect(run.revocations.length).toBe(before + 6);
  const forgotten = run.revocations.splice(before);
  const beforeFailover = run.calls.length;
  await failOver(standby);
  for (let turn = 0; turn < 6; turn += 1) await run.revokeNext(turn % 3);

  // The standby must have lacked them; otherwise this test proves nothing.
  expect(await run.call(0, (lost[0] as RunKey).secret)).toBe(200);
  await run.end();
  expect(wrongAllows(run.calls.slice(0, beforeFailover), forgotten)).toEqual([]);
  // Log entries that the standby lacked are there again, exactly once.
  await run.expectLogged();
  const known = new Set(lost.map(({ id }) => id));
  run.calls.splice(0, run.calls.length, ...run.calls.filter(({ key }) => !known.has(key)));
  run.expectExact({ revocations: 12, allows: 300, denials: 100, during: 12 });
});

test("cache entries that survived the failover would be detected", async () => {
  const { run, keys } = await startRun(wrong());
  await run.revokeNext(0);
  const standby = await followUntilNow();
  await stopFollowing(standby);
  for (let turn = 0; turn < 3; turn += 1) await run.revokeNext(0);
  const called = keys.slice(2, 7);
  // All keys must be in memory, because the first look-up on the new timeline clears it.
  await Promise.all([0, 1, 2].flatMap((instance) => called.map((key) => run.calledAgain(instance, key, 2))));
  await failOver(standby);
  const last = keys[5] as RunKey;
  await run.revoke(last, 0);
  const allowedAfterwards = () =>
    wrongAllows(
      run.calls.filter(({ key }) => key === last.id),
      run.revocations,
    );
  await waitUntil("a revoked key is allowed", async () => allowedAfterwards().length > 0);
  await run.end();
});
