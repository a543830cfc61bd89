import type { BenchDatabase } from "./bench-database";
import { startEventBench } from "./event-bench";
import { type Changes, measureChanges } from "./event-changes";
import { type Delivering, measureDelivering, measureWaiting, type Waiting } from "./event-delivery";
import { type Lists, measureLists } from "./event-lists";
import { describeMachine, type Machine } from "./machine";
import type { Pace } from "./options";
import { shuffled } from "./statistics";

export type EventResults = {
  at: string;
  machine: Machine;
  plan: EventPlan;
  delivering: Delivering[];
  waiting: { answering: Waiting[]; hanging: Waiting[] };
  changes: Changes;
  lists: Lists;
};
/** How much is measured. */
type EventPlan = { rounds: number; deliveries: number; waitSeconds: number; keys: number; stored: number };

const whole: EventPlan = { rounds: 5, deliveries: 8_000, waitSeconds: 12, keys: 30, stored: 1_000_000 };
const quick: EventPlan = { rounds: 1, deliveries: 2_000, waitSeconds: 3, keys: 10, stored: 50_000 };

export async function measureEvents(
  bench: BenchDatabase,
  pace: Pace,
  report: (line: string) => void,
): Promise<EventResults> {
  const plan = pace.quick ? quick : whole;
  const at = new Date().toISOString();
  const events = await startEventBench(bench);
  const delivering: Delivering[] = [];
  const waiting: EventResults["waiting"] = { answering: [], hanging: [] };
  let changes: Changes;
  try {
    await measureDelivering(events, plan.deliveries / 2, bench.pid);
    for (let round = 1; round <= plan.rounds; round += 1) {
      const one = await measureDelivering(events, plan.deliveries, bench.pid);
      delivering.push(one);
      report(
        `deliveries, round ${round}: ${Math.round(one.perSecond)}/s, ${one.serverMicroseconds.toFixed(0)} µs, ` +
          `PostgreSQL ${one.postgresMicroseconds.toFixed(0)} µs, busy ${one.serverBusy.toFixed(2)}, others ${one.othersBusy.toFixed(2)}`,
      );
    }
    for (let round = 1; round <= plan.rounds; round += 1)
      for (const name of shuffled(["answering", "hanging"] as const)) {
        const one = await measureWaiting(events, plan.waitSeconds, name === "hanging");
        waiting[name].push(one);
        report(`endpoints ${name}, round ${round}: p50 ${one.p50Ms} ms, p99 ${one.p99Ms} ms`);
      }
    report("Keys created and revoked, with and without subscriptions …");
    changes = await measureChanges(events, bench, { rounds: plan.rounds, count: plan.keys });
  } finally {
    await events.close();
  }
  report(`Lists of up to ${plan.stored} deliveries …`);
  const lists = await measureLists(bench, plan.stored, plan.rounds, pace);
  return { at, machine: describeMachine(bench.version), plan, delivering, waiting, changes, lists };
}
