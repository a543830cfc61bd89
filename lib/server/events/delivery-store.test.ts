import { beforeEach, expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeSubscription, recordEvents } from "@/tests/factories/event-subscriptions";
import { makeWorkspace } from "@/tests/factories/factories";
import type { MemberActor } from "../actor";
import { db, runtime } from "../runtime";
import { deleteOldEvents } from "./delete-old-events";
import { getDelivery, retryDelivery } from "./deliveries";
import { type AttemptOutcome, type DueDelivery, giveBack, storeAttempts, takeDue } from "./delivery-store";
import { updateSubscription } from "./manage-subscriptions";

useRuntime({ WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8" }, { jobs: false });

let actor: MemberActor;
let id: string;
beforeEach(async () => {
  await runtime().pool.query("DELETE FROM event_subscriptions; DELETE FROM events.events");
  ({ actor } = await makeWorkspace());
  id = await makeSubscription(actor);
});

const take = (firstRoom = 8) => takeDue([], firstRoom, { healthy: 100, troubled: 100 });
async function takeOne(): Promise<DueDelivery> {
  const [delivery] = await take();
  if (!delivery) throw new Error("nothing is due");
  return delivery;
}
let attempts = 0;
function outcome(
  of: DueDelivery,
  status: number | null,
  change: Partial<AttemptOutcome> = {},
): AttemptOutcome {
  const isSuccess = status !== null && status < 300;
  return {
    id: of.id,
    subscriptionId: of.subscriptionId,
    endpointUrl: of.endpointUrl,
    takenUntil: of.takenUntil,
    attempt: {
      ...{ at: new Date().toISOString(), latencyMs: 1, status, answer: "" },
      error: isSuccess ? null : `It answered ${status}.`,
      signature: `t=${++attempts}`,
    },
    status: isSuccess ? "delivered" : "pending",
    delayMs: isSuccess ? 0 : 3_600_000,
    retryAfterMs: null,
    ...change,
  };
}
const subscription = () => db().eventSubscription.findUniqueOrThrow({ where: { id } });
const makeDue = () =>
  runtime().pool.query(
    "UPDATE events.deliveries SET next_attempt_at = clock_timestamp() WHERE status = 'pending'",
  );
async function counts() {
  const { rows } = await runtime().pool.query(
    "SELECT delivered, retried, failed FROM events.hourly_attempts WHERE subscription_id = $1",
    [id],
  );
  return rows;
}

test("instances that look at the same time take each delivery once, and the oldest first", async () => {
  await recordEvents(actor, ..."abcdefghijklmnop");
  const taken = (await Promise.all([1, 2, 3, 4].map(() => take(4)))).flat();
  expect(taken.map(({ id }) => id).sort()).toEqual([...new Set(taken.map(({ id }) => id))].sort());
  expect(taken).toHaveLength(16);
  expect(await take()).toEqual([]);
  await giveBack(taken);
  const types: string[] = [];
  for (let round = 0; round < 4; round += 1)
    types.push(...(await take(4)).map(({ body }) => (JSON.parse(body) as { type: string }).type));
  // Given back in any order, each has its place again.
  expect(types.join("")).toBe("abcdefghijklmnop");
});

test("an outcome that comes after the delivery was taken again changes nothing, unless it was delivered", async () => {
  await recordEvents(actor, "a");
  const slow = await takeOne();
  await makeDue();
  const second = await takeOne();
  expect(second.id).toBe(slow.id);
  await storeAttempts([outcome(slow, 500)]);
  await giveBack([slow]);
  // The second still has it.
  expect(await take()).toEqual([]);
  await storeAttempts([outcome(second, 500, { status: "failed" })]);
  expect(await getDelivery(actor, id, slow.id)).toMatchObject({ status: "failed", attemptCount: 2 });
  await storeAttempts([outcome(slow, 204)]);
  expect(await getDelivery(actor, id, slow.id)).toMatchObject({ status: "delivered", attemptCount: 3 });
  await storeAttempts([outcome(second, 500)]);
  expect(await getDelivery(actor, id, slow.id)).toMatchObject({
    ...{ status: "delivered", attemptCount: 4, lastStatus: 204, lastError: null },
  });
});

test("what a person does while a delivery is being sent is kept", async () => {
  await recordEvents(actor, "a", "b");
  const [retried, skipped] = await take();
  if (!retried || !skipped) throw new Error("nothing is due");
  await retryDelivery(actor, id, retried.id);
  await updateSubscription(actor, id, { status: "paused" });
  await updateSubscription(actor, id, { status: "active", sendMissed: true });
  await storeAttempts([outcome(retried, 500, { status: "failed" })]);
  expect((await getDelivery(actor, id, retried.id)).status).toBe("pending");
  expect((await take()).map((one) => one.id)).toContain(retried.id);
  await updateSubscription(actor, id, { status: "paused" });
  await updateSubscription(actor, id, { status: "active", sendMissed: false });
  await storeAttempts([outcome(skipped, 500)]);
  expect(await getDelivery(actor, id, skipped.id)).toMatchObject({ status: "skipped", attemptCount: 1 });
});

test("an attempt that is stored twice counts once: the answer of the database can get lost", async () => {
  await recordEvents(actor, "a");
  const failed = outcome(await takeOne(), 500);
  await storeAttempts([failed]);
  await storeAttempts([failed]);
  await makeDue();
  const delivered = outcome(await takeOne(), 204);
  await storeAttempts([delivered]);
  await storeAttempts([delivered]);
  expect(await getDelivery(actor, id, failed.id)).toMatchObject({
    attemptCount: 2,
    attempts: [failed.attempt, delivered.attempt],
  });
  expect(await counts()).toEqual([{ delivered: 0, retried: 1, failed: 1 }]);
});

test("an answer of an earlier endpoint says nothing about the health of the new one", async () => {
  await recordEvents(actor, "a");
  const taken = await takeOne();
  await updateSubscription(actor, id, { endpointUrl: "https://127.0.0.1:8/" });
  await storeAttempts([outcome(taken, 500)]);
  expect(await subscription()).toMatchObject({ failures: 0, failingSince: null, lastError: null });
});

test("instances that store failures of the same subscriptions at the same time don't deadlock", async () => {
  const others = await Promise.all(Array.from({ length: 9 }, () => makeSubscription(actor)));
  await recordEvents(actor, ..."abcdefgh");
  const taken = await take();
  const bySubscription = (index: number) =>
    [id, ...others].map((one) => taken.filter(({ subscriptionId }) => subscriptionId === one)[index]);
  await Promise.all(
    Array.from({ length: 8 }, (_, index) => {
      const batch = bySubscription(index).flatMap((one) => (one ? [outcome(one, 500)] : []));
      return storeAttempts(index % 2 === 0 ? batch : batch.reverse());
    }),
  );
  const rows = await db().eventSubscription.findMany({ select: { failures: true } });
  expect(rows.map(({ failures }) => failures)).toEqual(Array(10).fill(8));
});

test("when a failing endpoint answers, what waits for it is due at once, except what it answered with 429", async () => {
  await recordEvents(actor, ..."abcdefg");
  const [throttled, ...others] = await take();
  if (!throttled) throw new Error("nothing is due");
  await storeAttempts([outcome(throttled, 429), ...others.map((one) => outcome(one, 500))]);
  expect((await subscription()).failures).toBe(7);
  await recordEvents(actor, "h");
  // It is tried once in a while.
  expect(await take()).toEqual([]);
  await db().eventSubscription.update({ where: { id }, data: { nextProbeAt: new Date(0) } });
  const probe = await take();
  expect(probe.map(({ isTroubled }) => isTroubled)).toEqual([true]);
  await storeAttempts([outcome(probe[0] as DueDelivery, 204)]);
  expect(await subscription()).toMatchObject({ failures: 0, failingSince: null, nextProbeAt: null });
  expect((await take()).map((one) => one.id).sort()).toEqual(others.map((one) => one.id).sort());
});

test("an endpoint that asks for a wait gets nothing until then, also if it answers others, and isn't counted as down", async () => {
  await recordEvents(actor, ..."abc");
  const [first, second] = await take(2);
  if (!first || !second) throw new Error("nothing is due");
  await storeAttempts([outcome(first, 429, { retryAfterMs: 60_000 }), outcome(second, 204)]);
  expect(await take()).toEqual([]);
  const { nextProbeAt, failingSince } = await subscription();
  expect(nextProbeAt?.getTime()).toBeGreaterThan(Date.now() + 50_000);
  expect(failingSince).toBeNull();
  await db().eventSubscription.update({ where: { id }, data: { nextProbeAt: new Date(0) } });
  const [third] = await take();
  await storeAttempts([outcome(third as DueDelivery, 503, { retryAfterMs: 86_400_000 })]);
  const asked = await subscription();
  // At most an hour for all of them.
  expect(asked.nextProbeAt?.getTime()).toBeLessThan(Date.now() + 3_700_000);
  expect(asked.failingSince).not.toBeNull();
});

test("the newest hundred attempts of a delivery are kept", async () => {
  await recordEvents(actor, "a");
  const taken = await takeOne();
  for (let number = 1; number <= 103; number += 1) await storeAttempts([outcome(taken, 400 + number)]);
  const delivery = await getDelivery(actor, id, taken.id);
  expect(delivery.attemptCount).toBe(103);
  expect(delivery.attempts.map(({ status }) => status)).toEqual(
    Array.from({ length: 100 }, (_, index) => 404 + index),
  );
});

test("old events are deleted with their deliveries, and a replay that comes too late has failed", async () => {
  await recordEvents(actor, "a");
  const late = await takeOne();
  await giveBack([late]);
  // 40 days ago, as its id says; the delivery is of now.
  const old = `evt_${"0".repeat(26)}`;
  await runtime().pool.query("UPDATE events.events SET id = $1", [old]);
  await runtime().pool.query("UPDATE events.deliveries SET event_id = $1", [old]);
  await deleteOldEvents();
  expect((await runtime().pool.query("SELECT 1 FROM events.events")).rows).toEqual([]);
  expect(await take()).toEqual([]);
  expect(await getDelivery(actor, id, late.id)).toMatchObject({
    ...{ status: "failed", lastError: "The event is no longer stored.", body: null },
  });
  await runtime().pool.query("UPDATE events.deliveries SET id = 'dlv_00000000000000000000000000'");
  await deleteOldEvents();
  expect((await runtime().pool.query("SELECT 1 FROM events.deliveries")).rows).toEqual([]);
});
