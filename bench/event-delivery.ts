import { type EventBench, subscriptionCount } from "./event-bench";
import { machineSeconds, postgresSeconds, processorSeconds } from "./processor-time";

/** A backlog, delivered as fast as one instance can. Times are per delivery. */
export type Delivering = {
  perSecond: number;
  serverMicroseconds: number;
  postgresMicroseconds: number;
  serverBusy: number;
  /** How many CPUs were busy with other things than the instance and PostgreSQL: the receiver, and everything else. */
  othersBusy: number;
};
/** From before the commit of an event until its request arrived at the receiver. */
export type Waiting = { p50Ms: number; p99Ms: number };

/** Deliveries that wait for an instance, over ten subscriptions. Aborts unless each event arrives. */
export async function measureDelivering(
  events: EventBench,
  count: number,
  postmaster: number,
): Promise<Delivering> {
  await events.setStatus("paused");
  await events.recordMany(count);
  await events.database.query("ANALYZE events.deliveries, events.events");
  const sample = () => ({
    server: processorSeconds(events.server.pid),
    postgres: postgresSeconds(postmaster),
    machine: machineSeconds().used,
  });
  const before = sample();
  const start = performance.now();
  await events.setStatus("active");
  await events.waitUntilDelivered(subscriptionCount);
  const elapsed = (performance.now() - start) / 1000;
  const after = sample();
  const { size } = await events.arrivals();
  if (size !== count) throw new Error(`${count} events were delivered, and ${size} have arrived`);
  await events.reset();
  const server = after.server - before.server;
  const postgres = after.postgres - before.postgres;
  return {
    perSecond: count / elapsed,
    serverMicroseconds: (server / count) * 1e6,
    postgresMicroseconds: (postgres / count) * 1e6,
    serverBusy: server / elapsed,
    othersBusy: Math.max(0, after.machine - before.machine - server - postgres) / elapsed,
  };
}

const eventsPerSecond = 100;

/**
 * 100 events per second, in turn for ten subscriptions, written on time.
 * @param hangs Whether the last endpoint never answers. Only the other nine are counted, also if it answers.
 */
export async function measureWaiting(events: EventBench, seconds: number, hangs: boolean): Promise<Waiting> {
  if (hangs) await events.hang();
  const writing: Promise<{ id: string; at: number }>[] = [];
  const start = performance.now();
  for (let number = 0; number < seconds * eventsPerSecond; number += 1) {
    const wait = start + (number * 1000) / eventsPerSecond - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const at = Date.now();
    const subscription = number % subscriptionCount;
    const written = events.record(subscription).then((id) => ({ id, at }));
    if (subscription < subscriptionCount - 1) writing.push(written);
  }
  const written = await Promise.all(writing);
  await events.waitUntilDelivered(subscriptionCount - 1);
  const arrivals = await events.arrivals();
  await events.reset();
  const waits = written.map(({ id, at }) => {
    const arrived = arrivals.get(id);
    if (arrived === undefined) throw new Error(`The event ${id} did not arrive`);
    return arrived - at;
  });
  waits.sort((a, b) => a - b);
  const percentile = (share: number) => waits[Math.floor(waits.length * share)] as number;
  return { p50Ms: percentile(0.5), p99Ms: percentile(0.99) };
}
