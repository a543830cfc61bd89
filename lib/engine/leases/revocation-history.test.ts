import { afterAll, expect, test } from "vitest";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { allowsAfterDenial, wrongAllows } from "@/tests/models/revocation-history";
import { makeRunKeys, RevocationRun, type RunKey } from "@/tests/models/revocation-run";
import { useBundle } from "@/tests/processes/bundle";
import { type DecisionProcess, startDecisionProcess } from "@/tests/processes/decision-process";

useRuntime();
const program = useBundle("tests/processes/key-api-process.ts");
const instances: DecisionProcess[] = [];
afterAll(() => Promise.all(instances.map((instance) => instance.kill())));

test("S35 with three instances and faults, no call that began after a revocation was confirmed is allowed", async () => {
  const { manager, keys } = await makeRunKeys(24);
  for (let count = 0; count < 3; count += 1) instances.push(await startDecisionProcess(program()));
  const run = new RevocationRun(instances, keys, manager);
  for (let turn = 0; turn < 12; turn += 1) await run.revokeNext(turn % 3);

  // Pause it while others revoke: its lease ends, and calls are answered after it is resumed.
  const stopped = instances[2] as DecisionProcess;
  stopped.child.kill("SIGSTOP");
  await Promise.all([run.revoke(keys[12] as RunKey, 1), run.revokeNext(0)]);
  await run.revokeNext(1);
  stopped.child.kill("SIGCONT");
  // Cut the connections that renew and listen, repeatedly.
  for (let turn = 0; turn < 4; turn += 1) {
    await runtime().pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'keyward lease' AND datname = current_database()",
    );
    await run.revokeNext(turn % 3);
  }
  // Kill it, so that its row remains.
  await (instances[1] as DecisionProcess).kill();
  for (let turn = 0; turn < 3; turn += 1) await run.revokeNext(turn % 2 === 0 ? 0 : 2);
  await run.end();
  run.expectExact({ revocations: 18, allows: 300, denials: 100, during: 18 });
}, 120_000);

test("a history as from a cache of some seconds is detected", () => {
  const revocations = [{ key: "a", sentAt: 95, answeredAt: 100 }];
  const call = { key: "a", instance: 0, startedAt: 90, endedAt: 120, status: 200 };
  expect(wrongAllows([call, { ...call, startedAt: 101, status: 401 }], revocations)).toEqual([]);
  const late = { ...call, startedAt: 101 };
  expect(wrongAllows([call, late], revocations)).toEqual([late]);
  expect(
    allowsAfterDenial([
      { ...call, status: 401 },
      { ...call, startedAt: 121 },
    ]),
  ).toHaveLength(1);
});
