import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeAllDue, makeSubscription, recordNumbered } from "@/tests/factories/event-subscriptions";
import { makeWorkspace } from "@/tests/factories/factories";
import { type EventReceiver, startEventReceiver } from "@/tests/peers/event-receiver";
import { waitUntil } from "@/tests/wait-until";
import type { MemberActor } from "../actor";
import { db, runtime } from "../runtime";
import { Deliverer } from "./deliverer";
import { getDelivery, listDeliveries } from "./deliveries";
import { failingFrom } from "./delivery-store";

useRuntime({ WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8" });

let receiver: EventReceiver;
let deliverer: Deliverer;
let actor: MemberActor;
beforeAll(() => {
  deliverer = new Deliverer(runtime().log);
  deliverer.start();
});
afterAll(() => deliverer.stop());
beforeEach(async () => {
  await runtime().pool.query("DELETE FROM event_subscriptions");
  receiver = await startEventReceiver();
  ({ actor } = await makeWorkspace());
  return () => receiver.close();
});

const make = (path = "/", eventTypes = ["*"]) =>
  makeSubscription(actor, { endpointUrl: `${receiver.origin}${path}`, eventTypes });
const subscription = (id: string) => db().eventSubscription.findUniqueOrThrow({ where: { id } });
const receivedAt = (path: string) => receiver.received.filter((event) => event.path === path);
const list = async (id: string) => (await listDeliveries(actor, id, { limit: 100 })).deliveries;
async function only(id: string) {
  const [delivery] = await list(id);
  return getDelivery(actor, id, delivery?.id ?? "");
}
const attempted = (id: string, times: number) =>
  waitUntil(`there were ${times} attempts`, async () => (await only(id)).attemptCount >= times);

test("a delivery that fails is tried again, later each time, until it arrives", async () => {
  const id = await make();
  let answers = 0;
  receiver.answer(() => ({ status: ++answers <= 3 ? 500 : 200, body: `answer ${answers}` }));
  await recordNumbered(actor, 1);
  for (let times = 1; times <= 3; times += 1) {
    await attempted(id, times);
    const { nextAttemptAt, attempts, status } = await only(id);
    const waitMs = (nextAttemptAt?.getTime() ?? 0) - Date.parse(attempts.at(-1)?.at ?? "");
    expect(status).toBe("pending");
    // 5 seconds, doubled each time, less up to half.
    expect(waitMs).toBeGreaterThanOrEqual(2_500 * 2 ** (times - 1));
    await makeAllDue();
  }
  await attempted(id, 4);
  const delivery = await only(id);
  expect(delivery).toMatchObject({
    status: "delivered",
    lastStatus: 200,
    lastError: null,
    nextAttemptAt: null,
  });
  expect(delivery.attempts.map(({ status, error, answer }) => [status, error, answer])).toEqual([
    ...[1, 2, 3].map((number) => [500, "It answered 500.", `answer ${number}`]),
    [200, null, "answer 4"],
  ]);
  // The same event and body each time, signed for each attempt.
  expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"]))).toEqual(
    new Set([delivery.eventId]),
  );
  expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
  expect(receiver.received.map(({ headers }) => headers["x-keyward-signature"])).toEqual(
    delivery.attempts.map(({ signature }) => signature),
  );
  const { rows } = await runtime().pool.query(
    "SELECT delivered, retried, failed FROM events.hourly_attempts WHERE subscription_id = $1",
    [id],
  );
  expect(rows).toEqual([{ delivered: 0, retried: 1, failed: 3 }]);
  expect(await subscription(id)).toMatchObject({ failures: 0, failingSince: null, lastError: null });
});

test("an endpoint that asks for a longer wait gets it, as seconds and as a date", async () => {
  const inAnHour = new Date(Date.now() + 3_600_000);
  for (const value of ["3600", inAnHour.toUTCString()]) {
    const path = `/${value.length}`;
    const id = await make(path);
    receiver.answer(() => ({ status: 503, headers: { "retry-after": value } }));
    await recordNumbered(actor, 1);
    await attempted(id, 1);
    expect((await only(id)).nextAttemptAt?.getTime()).toBeGreaterThan(inAnHour.getTime() - 2_000);
    await db().eventSubscription.delete({ where: { id } });
  }
});

test("a delivery that has failed for 24 hours is given up, an earlier one isn't", async () => {
  const id = await make();
  receiver.answer(() => ({ status: 500 }));
  await recordNumbered(actor, 2);
  await waitUntil("both were attempted", async () =>
    (await list(id)).every(({ attemptCount }) => attemptCount === 1),
  );
  const [newer, older] = await list(id);
  const begin = (delivery: string | undefined, hours: number) =>
    runtime().pool.query(
      "UPDATE events.deliveries SET first_attempt_at = now() - $2 * interval '1 hour' WHERE id = $1",
      [delivery, hours],
    );
  await begin(newer?.id, 23.9);
  await begin(older?.id, 24.1);
  await makeAllDue();
  await waitUntil("both were attempted again", async () =>
    (await list(id)).every((one) => one.attemptCount === 2),
  );
  expect((await list(id)).map(({ status }) => status)).toEqual(["pending", "failed"]);
  await makeAllDue();
  await waitUntil("one was attempted once more", async () => receiver.received.length === 5);
  expect((await list(id)).find((one) => one.id === older?.id)).toMatchObject({
    attemptCount: 2,
    nextAttemptAt: null,
  });
});

test("410 Gone pauses the subscription at once, and nothing more is sent", async () => {
  const [gone, healthy] = [await make("/gone"), await make("/healthy")];
  receiver.answer(({ path }) => ({ status: path === "/gone" ? 410 : 204 }));
  await recordNumbered(actor, 1);
  await waitUntil("it is paused", async () => (await subscription(gone)).pausedBecause === "gone");
  const before = receivedAt("/gone").length;
  await recordNumbered(actor, 50);
  await waitUntil("the other one has all", async () => receivedAt("/healthy").length >= 51);
  expect(receivedAt("/gone")).toHaveLength(before);
  await waitUntil("that is stored", async () =>
    (await list(healthy)).every(({ status }) => status === "delivered"),
  );
  // They wait for the person who resumes it.
  expect((await list(gone)).filter(({ status }) => status === "pending").length).toBeGreaterThanOrEqual(50);
});

test("a failing endpoint is tried with one delivery at a time, and gets all that waits when it answers", async () => {
  const id = await make("/failing");
  const healthy = await make("/healthy", ["pulse"]);
  const isFailing = async () => (await subscription(id)).failures >= failingFrom;
  receiver.answer(() => ({ status: 500 }));
  await recordNumbered(actor, 40);
  await waitUntil("it counts as failing", async () => {
    await runtime().pool.query(
      "UPDATE events.deliveries SET next_attempt_at = now() WHERE status = 'pending'",
    );
    return isFailing();
  });

  const held: ((answer: { status: number }) => void)[] = [];
  receiver.answer(({ path }) =>
    path === "/failing" ? new Promise((resolve) => held.push(resolve)) : { status: 204 },
  );
  await makeAllDue();
  await waitUntil("it is tried again", async () => held.length > 0);
  await makeAllDue();
  // While the other endpoint gets a hundred, with many looks for due deliveries, this one has a single request.
  await recordNumbered(actor, 100, "pulse");
  await waitUntil("the other endpoint has a hundred", async () => receivedAt("/healthy").length >= 100);
  expect(held).toHaveLength(1);

  // Those that failed wait for hours.
  await runtime().pool.query(
    "UPDATE events.deliveries SET next_attempt_at = now() + interval '2 hours' WHERE attempt_count > 0 AND subscription_id = $1",
    [id],
  );
  receiver.answer(() => ({ status: 204 }));
  held[0]?.({ status: 204 });
  await waitUntil("all have arrived", async () =>
    (await list(id)).every(({ status }) => status === "delivered"),
  );
  expect((await subscription(id)).failures).toBe(0);
  expect(await list(healthy)).toHaveLength(100);
});

test("a secret that can't be decrypted fails its deliveries, and harms no other", async () => {
  const [broken, healthy] = [await make("/broken"), await make("/healthy")];
  await db().eventSubscription.update({
    where: { id: broken },
    data: { sealedSecret: Buffer.from("no secret") },
  });
  await recordNumbered(actor, 3);
  await waitUntil("the healthy one has all", async () => receivedAt("/healthy").length === 3);
  await waitUntil("the failure is stored", async () => (await only(broken)).attemptCount > 0);
  expect(await only(broken)).toMatchObject({
    status: "pending",
    lastError: "Keyward can’t decrypt the signing secret. Set another one.",
  });
  expect(receivedAt("/broken")).toEqual([]);
  expect(await list(healthy)).toHaveLength(3);
});
