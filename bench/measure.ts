import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { Contender } from "./contenders";
import type { LoadPlan, LoadResult } from "./load-plan";
import { machineSeconds, postgresSeconds, processorSeconds, sum } from "./processor-time";
import { root } from "./server-process";

/** One round of one contender. Times are per response. */
export type Round = {
  answersPerSecond: number;
  /** CPU time of the servers' processes. */
  serverMicroseconds: number;
  /** CPU time of PostgreSQL, which has no other clients at that time. */
  postgresMicroseconds: number;
  p50Ms: number;
  p99Ms: number;
  /** The utilization of the server's CPU, from 0 to 1. */
  serverBusy: number;
  /** How many CPUs were busy with other processes. */
  othersBusy: number;
  /** How many CPUs the host gave to other machines ("steal"). */
  stolen: number;
};

export type Load = { seconds: number; leadSeconds: number; rate?: number };

/** Measures a contender, including the time until all its answers are logged in PostgreSQL, so that deferred writes count. */
export async function measure(contender: Contender, load: Load, postmaster: number): Promise<Round> {
  const recordedBefore = await contender.recorded?.();
  const before = sample(contender, postmaster);
  const start = performance.now();
  const result = await ask(planOf(contender, load));
  const elapsed = (performance.now() - start) / 1000;
  const ended = sample(contender, postmaster);
  if (recordedBefore !== undefined) await waitUntilRecorded(contender, recordedBefore + result.answers);
  const after = sample(contender, postmaster);
  const client = (result.clientMicroseconds * result.answers) / 1e6;
  const ours = ended.server - before.server + (ended.postgres - before.postgres) + client;
  return {
    answersPerSecond: result.answersPerSecond,
    serverMicroseconds: ((after.server - before.server) / result.answers) * 1e6,
    postgresMicroseconds: ((after.postgres - before.postgres) / result.answers) * 1e6,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    serverBusy: (ended.server - before.server) / elapsed,
    othersBusy: Math.max(0, ended.machine.used - before.machine.used - ours) / elapsed,
    stolen: (ended.machine.stolen - before.machine.stolen) / elapsed,
  };
}

function planOf({ servers, requests }: Contender, load: Load): LoadPlan {
  return {
    ports: servers.map(({ port }) => port),
    requests,
    statuses: [200],
    // As many connections per instance as for a single one. With fewer, each wake-up would serve fewer requests.
    connections: 64 * servers.length,
    leadSeconds: load.leadSeconds,
    seconds: load.seconds,
    rate: load.rate ?? null,
  };
}

/** Runs the load generator. */
export async function ask(plan: LoadPlan): Promise<LoadResult> {
  const child = fork(path.join(root, "dist/bench-load.mjs"), { execArgv: [] });
  const reply = once(child, "message");
  const ended = once(child, "exit");
  child.send(plan);
  const [answer] = (await Promise.race([
    reply,
    ended.then(([code]) => [{ error: `The load generator exited with code ${code}` }]),
  ])) as [{ result?: LoadResult; error?: string }];
  await ended;
  if (!answer.result) throw new Error(answer.error);
  return answer.result;
}

function sample({ servers }: Contender, postmaster: number) {
  return {
    server: sum(servers.map(({ pid }) => processorSeconds(pid))),
    postgres: postgresSeconds(postmaster),
    machine: machineSeconds(),
  };
}

async function waitUntilRecorded(contender: Contender, expected: number): Promise<void> {
  const deadline = performance.now() + 30_000;
  let found = 0;
  while (performance.now() < deadline) {
    found = (await contender.recorded?.()) ?? 0;
    if (found === expected) return;
    if (found > expected) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${contender.name} answered ${expected} requests, and PostgreSQL has rows of ${found}`);
}
