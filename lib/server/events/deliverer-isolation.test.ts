import { afterEach, beforeEach, expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeSubscription, recordNumbered } from "@/tests/factories/event-subscriptions";
import { makeWorkspace } from "@/tests/factories/factories";
import { startTcpReceiver } from "@/tests/peers/bad-receivers";
import { type EventReceiver, startEventReceiver } from "@/tests/peers/event-receiver";
import { waitUntil } from "@/tests/wait-until";
import type { MemberActor } from "../actor";
import { newId } from "../new-id";
import { db, runtime } from "../runtime";
import { Deliverer } from "./deliverer";
import { updateSubscription } from "./manage-subscriptions";
import { sealSecret } from "./secret-seal";

useRuntime({ WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8" });

let receiver: EventReceiver;
let actor: MemberActor;
const deliverers: Deliverer[] = [];
function startDeliverer(): Deliverer {
  const deliverer = new Deliverer(runtime().log);
  deliverers.push(deliverer);
  deliverer.start();
  return deliverer;
}
beforeEach(async () => {
  receiver = await startEventReceiver();
  ({ actor } = await makeWorkspace());
});
afterEach(async () => {
  await Promise.all(deliverers.splice(0).map((deliverer) => deliverer.stop()));
  await receiver.close();
  await runtime().pool.query("DELETE FROM event_subscriptions");
});

const make = (path: string, origin = receiver.origin) =>
  makeSubscription(actor, { endpointUrl: `${origin}${path}` });
const receivedAt = (path: string) => receiver.received.filter((event) => event.path.startsWith(path)).length;
async function sum(column: string, where: string): Promise<number> {
  const { rows } = await runtime().pool.query(
    `SELECT coalesce(sum(${column}), 0)::int AS sum FROM events.deliveries d JOIN event_subscriptions s ON s.id = d.subscription_id
     WHERE ${where}`,
  );
  return (rows[0] as { sum: number }).sum;
}
const attemptsTo = (path: string) => sum("d.attempt_count", `s.endpoint_url LIKE '%/${path}%'`);

/** What instances hold of an endpoint that had answered everything before, and how many attempts have failed since. */
async function heldFor(path: string): Promise<{ held: number; failed: number }> {
  const { rows } = await runtime().pool.query(
    `SELECT count(*) FILTER (WHERE d.attempt_count = 0 AND d.next_attempt_at > now())::int AS held,
       count(*) FILTER (WHERE d.attempt_count > 0)::int AS failed
     FROM events.deliveries d JOIN event_subscriptions s ON s.id = d.subscription_id
     WHERE s.endpoint_url LIKE $1 AND d.status = 'pending'`,
    [`%/${path}%`],
  );
  return rows[0] as { held: number; failed: number };
}

/** Subscriptions whose endpoint has failed before, each with an event that is due. Fifty are the most for a workspace. */
async function makeTroubled(count: number, path: string, failures = 3, events = 1): Promise<void> {
  for (let made = 0; made < count; made += 50) {
    const { actor: other } = await makeWorkspace();
    await db().eventSubscription.createMany({
      data: Array.from({ length: 50 }, (_, index) => {
        const id = newId("sub");
        return {
          ...{ id, workspaceId: other.workspaceId, endpointUrl: `${receiver.origin}${path}/${made + index}` },
          ...{ eventTypes: ["*"], createdByType: "user", createdById: other.userId, failures },
          sealedSecret: sealSecret(id, "a secret of the receiver"),
          failingSince: failures > 0 ? new Date() : null,
        };
      }),
    });
    await recordNumbered(other, events);
  }
}

test("endpoints that hang, at the same host, delay no other", async () => {
  const silent = await startTcpReceiver(() => {}, "127.0.0.1");
  for (let index = 0; index < 20; index += 1) await make(`/hang/${index}`);
  for (let index = 0; index < 5; index += 1) await make("/silent", silent.origin);
  await make("/healthy");
  receiver.answer(({ path }) => (path.startsWith("/hang") ? "hang" : { status: 204 }));
  await recordNumbered(actor, 60);
  startDeliverer();
  await waitUntil("the healthy endpoint has all 60", async () => receivedAt("/healthy") === 60);
  // By then those that hang have got a few each: one that hasn't answered yet gets no more.
  expect(receivedAt("/hang")).toBeLessThanOrEqual(20 * 8);
  await silent.close();
}, 90_000);

test("an endpoint that answered and then hangs gives its place to others", async () => {
  for (let index = 0; index < 8; index += 1) await make(`/stalling/${index}`);
  let stalls = false;
  receiver.answer(({ path }) => (stalls && path.startsWith("/stalling") ? "hang" : { status: 204 }));
  startDeliverer();
  await recordNumbered(actor, 100);
  await waitUntil("all are at full speed", async () => receivedAt("/stalling") >= 200);
  stalls = true;
  const answered = receivedAt("/stalling");
  await recordNumbered(actor, 200);
  // How many each gets before it is found to hang depends on how fast it was before.
  await waitUntil("they stall", async () => receivedAt("/stalling") >= answered + 8);
  await make("/healthy");
  await recordNumbered(actor, 200);
  await waitUntil("the healthy endpoint has all 200", async () => receivedAt("/healthy") === 200);
  // What waits for those that hang goes back, up to the eight that are under way for each, before an attempt has timed out.
  await waitUntil("what waits for them is given back", async () => {
    const { held, failed } = await heldFor("stalling");
    expect(failed).toBe(0);
    return held <= 8 * 8;
  });
}, 90_000);

test("however many endpoints are dead, they use only their own places", async () => {
  await makeTroubled(150, "/dead");
  await make("/healthy");
  receiver.answer(({ path }) => (path.startsWith("/dead") ? "hang" : { status: 204 }));
  startDeliverer();
  await waitUntil("the dead ones have all places for them", async () => receivedAt("/dead") >= 64);
  await recordNumbered(actor, 200);
  await waitUntil("the healthy endpoint has all 200", async () => receivedAt("/healthy") === 200);
  // Read before what is stored, which can only grow: never more than 64 are under way.
  const sent = receivedAt("/dead");
  expect(sent - (await attemptsTo("dead"))).toBeLessThanOrEqual(64);
}, 90_000);

test("endpoints that answer late use only the places of those that failed", async () => {
  await makeTroubled(100, "/slow", 0, 10);
  const held: (() => void)[] = [];
  let lastAt = 0;
  receiver.answer(async ({ path }) => {
    if (path.startsWith("/slow")) {
      lastAt = performance.now();
      await new Promise<void>((resolve) => held.push(resolve));
    }
    return { status: 204 };
  });
  startDeliverer();
  await waitUntil(
    "all have got their first, more than a second ago",
    async () => receivedAt("/slow") >= 200 && performance.now() - lastAt > 1_100,
  );
  for (const release of held.splice(0)) release();
  await make("/healthy");
  await recordNumbered(actor, 200);
  await waitUntil("the healthy endpoint has all 200", async () => receivedAt("/healthy") === 200);
  await waitUntil("the late answers are stored", async () => (await attemptsTo("slow")) >= 200);
  await waitUntil("the slow ones have all places for them", async () => receivedAt("/slow") >= 264);
  const sent = receivedAt("/slow");
  expect(sent - (await attemptsTo("slow"))).toBeLessThanOrEqual(64);
  for (const release of held) release();
}, 90_000);

test("a pause and another endpoint count for what an instance has already taken", async () => {
  const [paused, moved] = [await make("/paused"), await make("/moved")];
  const held: (() => void)[] = [];
  let holds = true;
  receiver.answer(async ({ path }) => {
    if (holds && path !== "/new" && receivedAt(path) > 40)
      await new Promise<void>((resolve) => held.push(resolve));
    return { status: 204 };
  });
  await recordNumbered(actor, 360);
  startDeliverer();
  await waitUntil("both are at full speed, and all their requests are held", async () => held.length >= 16);
  await updateSubscription(actor, paused, { status: "paused" });
  await updateSubscription(actor, moved, { endpointUrl: `${receiver.origin}/new` });
  await waitUntil("the new endpoint is called", async () => receivedAt("/new") > 0);
  const before = receiver.received.length - receivedAt("/new");
  holds = false;
  for (const release of held) release();
  await waitUntil(
    "the new endpoint has the rest",
    async () => receivedAt("/new") + receivedAt("/moved") >= 360,
  );
  // Only what was under way is finished.
  expect(receiver.received.length - receivedAt("/new") - before).toBeLessThanOrEqual(0);
}, 90_000);

test("stopping gives back what waits and ends what hangs, without an attempt that failed", async () => {
  const id = await make("/hang");
  await make("/healthy");
  receiver.answer(({ path }) => (path === "/hang" ? "hang" : { status: 204 }));
  const first = startDeliverer();
  await recordNumbered(actor, 100);
  await waitUntil(
    "one hangs, others have arrived",
    async () => receivedAt("/hang") > 0 && receivedAt("/healthy") > 0,
  );
  await first.stop();
  const subscription = await db().eventSubscription.findUniqueOrThrow({ where: { id } });
  expect([await attemptsTo("hang"), subscription.failures]).toEqual([0, 0]);
  expect(await sum("1", "d.status = 'pending' AND d.next_attempt_at > clock_timestamp()")).toBe(0);
  const arrived = receivedAt("/healthy");
  expect(await attemptsTo("healthy")).toBe(arrived);
  receiver.answer(() => ({ status: 204 }));
  startDeliverer();
  await waitUntil(
    "another has sent the rest",
    async () => (await sum("1", "d.status = 'delivered'")) === 200,
  );
  // What had arrived isn't sent again.
  expect(receivedAt("/healthy")).toBe(100);
}, 90_000);
