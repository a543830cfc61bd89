import { Agent, request } from "node:http";
import { afterAll, expect, test } from "vitest";
import { useBundle } from "@/tests/bundle";
import { type DecisionProcess, startDecisionProcess } from "@/tests/decision-process";
import { makeKey, makeWorkspace } from "@/tests/factories";
import {
  allowsAfterDenial,
  type Call,
  callsDuringRevocation,
  type Revocation,
  wrongAllows,
} from "@/tests/revocation-history";
import { useRuntime } from "@/tests/runtime";
import { runtime } from "../runtime";

useRuntime();
const program = useBundle("tests/key-api-process.ts");
const instances: DecisionProcess[] = [];
afterAll(() => Promise.all(instances.map((instance) => instance.kill())));

const agent = new Agent({ keepAlive: true, maxSockets: 40 });

function status(origin: string, path: string, secret: string, method = "GET"): Promise<number> {
  return new Promise((resolve) => {
    const sent = request(
      `${origin}${path}`,
      { method, agent, timeout: 15_000, headers: { "x-api-key": secret } },
      (answer) => {
        answer.resume();
        answer.on("end", () => resolve(answer.statusCode ?? 0));
        answer.on("error", () => resolve(0));
      },
    );
    sent.on("timeout", () => sent.destroy());
    // Whether a call that was cut off was decided is unknown: it counts as neither.
    sent.on("error", () => resolve(0));
    sent.end();
  });
}

type Key = { id: string; secret: string };

/** Everybody calls all the time, with keys that are about to be revoked more than with others. */
async function callUntil(over: () => boolean, instance: number, current: () => Key[], calls: Call[]) {
  for (let turn = 0; !over(); turn += 1) {
    const keys = current();
    const { id, secret } = keys[turn % keys.length] as Key;
    const startedAt = performance.now();
    const answer = await status(
      (instances[instance] as DecisionProcess).origin,
      "/api/forward-auth/v1",
      secret,
    );
    calls.push({ key: id, instance, startedAt, endedAt: performance.now(), status: answer });
    if (answer === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("S35 over three instances with faults no call that began after a revocation was answered is allowed", async () => {
  const { actor } = await makeWorkspace();
  const manager = await makeKey(actor, { canManageKeys: true, rateLimitPerMinute: 100_000 });
  const keys: Key[] = [];
  for (let count = 0; count < 24; count += 1) {
    const { key, secret } = await makeKey(actor, { rateLimitPerMinute: 1_000_000 });
    keys.push({ id: key.id, secret });
  }
  for (let count = 0; count < 3; count += 1) instances.push(await startDecisionProcess(program()));

  const calls: Call[] = [];
  const revocations: Revocation[] = [];
  let next = 0;
  let over = false;
  const current = () => keys.slice(Math.max(0, next - 2), next + 3);
  const callers = [0, 1, 2].flatMap((instance) =>
    Array.from({ length: 3 }, () => callUntil(() => over, instance, current, calls)),
  );

  const revoke = async (key: Key, instance: number) => {
    const { origin } = instances[instance] as DecisionProcess;
    const sentAt = performance.now();
    if ((await status(origin, `/auth/api-keys/${key.id}`, manager.secret, "DELETE")) === 200)
      revocations.push({ key: key.id, sentAt, answeredAt: performance.now() });
  };
  for (; next < 12; next += 1) await revoke(keys[next] as Key, next % 3);

  // Stopped while others revoke: its lease ends, and what it is asked meanwhile is answered after it goes on.
  const stopped = instances[2] as DecisionProcess;
  stopped.child.kill("SIGSTOP");
  await Promise.all([revoke(keys[12] as Key, 0), revoke(keys[12] as Key, 1)]);
  next = 13;
  await revoke(keys[13] as Key, 1);
  stopped.child.kill("SIGCONT");
  next = 14;
  // Deaf: the connections that renew and listen are cut, again and again.
  for (; next < 18; next += 1) {
    await runtime().pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'keyward lease' AND datname = current_database()",
    );
    await revoke(keys[next] as Key, next % 3);
  }
  // Killed: nobody says goodbye for it.
  await (instances[1] as DecisionProcess).kill();
  for (; next < 21; next += 1) await revoke(keys[next] as Key, next % 2 === 0 ? 0 : 2);
  over = true;
  await Promise.all(callers);

  expect(wrongAllows(calls, revocations)).toEqual([]);
  expect(allowsAfterDenial(calls)).toEqual([]);
  // A history in which nothing was allowed, or nothing was called while it was revoked, would prove nothing.
  expect(revocations.length).toBeGreaterThanOrEqual(18);
  expect(calls.filter((call) => call.status === 200).length).toBeGreaterThan(300);
  expect(calls.filter((call) => call.status === 401).length).toBeGreaterThan(100);
  const during = callsDuringRevocation(calls, revocations);
  expect(during.filter((call) => call.status === 200).length).toBeGreaterThan(18);
  expect(during.filter((call) => call.status === 401).length).toBeGreaterThan(18);
}, 120_000);

test("the history that a cache of some seconds would give is caught", () => {
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
