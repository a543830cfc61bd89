import { once } from "node:events";
import { afterEach, beforeEach, expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeAllDue, makeSubscription, recordNumbered } from "@/tests/factories/event-subscriptions";
import { makeWorkspace } from "@/tests/factories/factories";
import { type EventReceiver, receiverCa, startEventReceiver } from "@/tests/peers/event-receiver";
import { startTcpProxy } from "@/tests/peers/tcp-proxy";
import { useBundle } from "@/tests/processes/bundle";
import { type DecisionProcess, startDecisionProcess } from "@/tests/processes/decision-process";
import { waitUntil } from "@/tests/wait-until";
import type { MemberActor } from "../actor";
import { runtime } from "../runtime";

useRuntime({ WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8" });
const program = useBundle("tests/processes/event-process.ts");

let receiver: EventReceiver;
let actor: MemberActor;
const instances: DecisionProcess[] = [];
async function startInstance(settings: Record<string, string> = {}): Promise<DecisionProcess> {
  const instance = await startDecisionProcess(program(), {
    ...{ WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8", NODE_EXTRA_CA_CERTS: receiverCa },
    ...settings,
  });
  instances.push(instance);
  return instance;
}
beforeEach(async () => {
  receiver = await startEventReceiver();
  ({ actor } = await makeWorkspace());
});
afterEach(async () => {
  await Promise.all(instances.splice(0).map((instance) => instance.kill()));
  await receiver.close();
  await runtime().pool.query("DELETE FROM event_subscriptions");
});

const make = (path: string) => makeSubscription(actor, { endpointUrl: `${receiver.origin}${path}` });
/** How often each delivery of a path has arrived, by the id of its event. */
function arrivals(path: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { path: at, headers } of receiver.received)
    if (at === path) {
      const id = headers["webhook-id"] as string;
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  return counts;
}
async function countWhere(condition: string): Promise<number> {
  const { rows } = await runtime().pool.query(
    `SELECT count(*)::int AS count FROM events.deliveries WHERE ${condition}`,
  );
  return (rows[0] as { count: number }).count;
}
const allDelivered = async () => (await countWhere("status <> 'delivered'")) === 0;

test("three instances share the work, and each delivery is sent once", async () => {
  const paths = ["/a", "/b", "/c", "/d"];
  for (const path of paths) await make(path);
  await Promise.all([1, 2, 3].map(() => startInstance()));
  for (let round = 0; round < 4; round += 1) await recordNumbered(actor, 50);
  await waitUntil("all are delivered", allDelivered);
  for (const path of paths) expect([...arrivals(path).values()]).toEqual(Array(200).fill(1));
}, 60_000);

test("after instances were killed twenty times under load, every event has arrived", async () => {
  const paths = ["/a", "/b", "/c"];
  for (const path of paths) await make(path);
  await Promise.all([1, 2, 3].map(() => startInstance()));
  const starting: Promise<unknown>[] = [];
  let recorded = 0;
  for (let kills = 0; kills < 20; kills += 1) {
    const before = receiver.received.length;
    await recordNumbered(actor, 40);
    recorded += 40;
    await waitUntil("some have arrived", async () => {
      // As if the time for which the killed ones had them were over.
      await makeAllDue();
      return receiver.received.length >= before + 20;
    });
    await instances.shift()?.kill();
    starting.push(startInstance());
    // There is always one to kill.
    if (instances.length === 0) await Promise.race(starting);
  }
  await Promise.all(starting);
  await waitUntil(
    "all are delivered",
    async () => {
      await makeAllDue();
      return allDelivered();
    },
    60_000,
  );
  for (const path of paths) expect(arrivals(path).size).toBe(recorded);
  expect(instances.map((instance) => instance.child.exitCode)).toEqual([null, null, null]);
}, 240_000);

test("on SIGTERM an instance ends although an endpoint hangs, and another one sends what it had", async () => {
  await make("/hang");
  await make("/healthy");
  receiver.answer(({ path }) => (path === "/hang" ? "hang" : { status: 204 }));
  const first = await startInstance();
  await recordNumbered(actor, 200);
  await waitUntil(
    "one hangs, others arrive",
    async () => arrivals("/hang").size > 0 && arrivals("/healthy").size > 20,
  );
  const [exit] = await Promise.all([once(first.child, "exit"), first.stop()]);
  expect(exit).toEqual([0, null]);
  expect(await countWhere("status = 'pending' AND next_attempt_at > clock_timestamp()")).toBe(0);
  expect(await countWhere("last_error IS NOT NULL")).toBe(0);
  receiver.answer(() => ({ status: 204 }));
  await startInstance();
  await waitUntil("all are delivered", allDelivered);
  // What had arrived was stored, so it isn't sent again.
  expect([...arrivals("/healthy").values()]).toEqual(Array(200).fill(1));
  expect(arrivals("/hang").size).toBe(200);
}, 60_000);

test("while the database is away outcomes wait, and nothing is sent twice or lost", async () => {
  await make("/a");
  const proxy = await startTcpProxy(runtime().env.databaseUrl ?? "");
  const release: (() => void)[] = [];
  let holds = false;
  receiver.answer(async () => {
    if (holds) await new Promise<void>((resolve) => release.push(resolve));
    return { status: 204 };
  });
  const instance = await startInstance({ DATABASE_URL: proxy.url });
  await recordNumbered(actor, 50);
  await waitUntil("it is at full speed", async () => arrivals("/a").size >= 20);
  holds = true;
  await recordNumbered(actor, 100);
  await waitUntil("requests are held", async () => release.length >= 8);
  proxy.cut();
  holds = false;
  for (const one of release) one();
  await instance.printed(/storing deliveries failed/);
  proxy.restore();
  // A look whose answer was cut off has taken deliveries for 30 seconds.
  await waitUntil("all are delivered", allDelivered, 60_000);
  expect([...arrivals("/a").values()]).toEqual(Array(150).fill(1));
  expect(instance.child.exitCode).toBeNull();
  await proxy.close();
}, 120_000);
