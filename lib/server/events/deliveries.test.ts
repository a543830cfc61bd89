import { beforeEach, describe, expect, test } from "vitest";
import { deliveryStatuses } from "@/lib/contracts/deliveries";
import { useRuntime } from "@/tests/database/runtime";
import { makeSubscription, recordEvents } from "@/tests/factories/event-subscriptions";
import { makeMember, makeWorkspace } from "@/tests/factories/factories";
import type { MemberActor } from "../actor";
import type { Workspace } from "../generated/prisma/client";
import { runtime } from "../runtime";
import {
  countReplay,
  getDelivery,
  listDeliveries,
  replayEvents,
  retryDelivery,
  sendTestEvent,
} from "./deliveries";
import { type HeldDeliveries, takeDue } from "./delivery-store";
import { updateSubscription } from "./manage-subscriptions";

useRuntime({ WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8" });

let actor: MemberActor;
let workspace: Workspace;
beforeEach(async () => {
  ({ actor, workspace } = await makeWorkspace());
  // Only what a test made itself is due.
  await query("DELETE FROM events.deliveries");
});

async function query<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
  return (await runtime().pool.query(text, values)).rows as Row[];
}

async function list(id: string, filters: Partial<Parameters<typeof listDeliveries>[2]> = {}) {
  return listDeliveries(actor, id, { limit: 50, ...filters });
}

const take = (most: number, held: HeldDeliveries[] = []) =>
  takeDue(held, 8, { healthy: most, troubled: most });
const setStatus = (id: string, status: string) =>
  query("UPDATE events.deliveries SET status = $2 WHERE id = $1", [id, status]);
const always = { from: "2020-01-01T00:00:00.000Z", to: "2100-01-01T00:00:00.000Z" };

describe("access", () => {
  const ways = {
    list: (by: MemberActor, id: string) => listDeliveries(by, id, { limit: 10 }),
    get: (by: MemberActor, id: string, delivery: string) => getDelivery(by, id, delivery),
    retry: (by: MemberActor, id: string, delivery: string) => retryDelivery(by, id, delivery),
    test: (by: MemberActor, id: string) => sendTestEvent(by, id),
    count: (by: MemberActor, id: string) => countReplay(by, id, always),
    replay: (by: MemberActor, id: string) => replayEvents(by, id, always),
  };

  test.each(Object.entries(ways))("%s: for admins of the workspace only", async (_, way) => {
    const id = await makeSubscription(actor);
    await recordEvents(actor, "invoice.paid");
    const delivery = (await list(id)).deliveries[0]?.id ?? "";
    const { actor: stranger } = await makeWorkspace();
    await expect(way(stranger, id, delivery)).rejects.toMatchObject({ code: "not_found" });
    for (const role of ["member", "viewer"] as const) {
      const { actor: other } = await makeMember(workspace, role);
      await expect(way(other, id, delivery)).rejects.toMatchObject({ code: "insufficient_permissions" });
    }
    await way((await makeMember(workspace, "admin")).actor, id, delivery);
  });

  test("a delivery of another subscription, even of the same workspace, is not found", async () => {
    const [id, other] = [await makeSubscription(actor), await makeSubscription(actor)];
    await recordEvents(actor, "invoice.paid");
    const delivery = (await list(id)).deliveries[0]?.id ?? "";
    await expect(getDelivery(actor, other, delivery)).rejects.toMatchObject({ code: "not_found" });
    await expect(retryDelivery(actor, other, delivery)).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("the list", () => {
  test("continues at its cursor while new deliveries arrive", async () => {
    const id = await makeSubscription(actor);
    await recordEvents(actor, "a", "b", "c", "d", "e");
    const first = await list(id, { limit: 2 });
    expect(first.deliveries.map(({ type }) => type)).toEqual(["e", "d"]);
    await recordEvents(actor, "f", "g");
    const second = await list(id, { limit: 2, cursor: first.nextCursor ?? "" });
    expect(second.deliveries.map(({ type }) => type)).toEqual(["c", "b"]);
    const third = await list(id, { limit: 2, cursor: second.nextCursor ?? "" });
    expect(third).toMatchObject({ deliveries: [{ type: "a" }], nextCursor: null });
  });

  test("filters by status, type and time together", async () => {
    const id = await makeSubscription(actor);
    await recordEvents(actor, "a", "b", "a");
    const [newest, , oldest] = (await list(id)).deliveries;
    if (!newest || !oldest) throw new Error("no deliveries");
    await setStatus(newest.id, "failed");
    const ids = async (filters: Partial<Parameters<typeof listDeliveries>[2]>) =>
      (await list(id, filters)).deliveries.map((one) => one.id);
    expect(await ids({ status: "failed" })).toEqual([newest.id]);
    expect(await ids({ type: "a" })).toEqual([newest.id, oldest.id]);
    expect(await ids({ type: "a", status: "pending" })).toEqual([oldest.id]);
    expect(await ids({ status: "skipped" })).toEqual([]);
    const hour = (ago: number) => new Date(Date.now() - ago * 3_600_000).toISOString();
    expect(await ids({ from: hour(1), to: hour(-1) })).toHaveLength(3);
    expect(await ids({ to: hour(1) })).toEqual([]);
    expect(await ids({ from: hour(-1) })).toEqual([]);
  });
});

describe("sending again", () => {
  test.each(deliveryStatuses)("a %s delivery is due at once, before others that wait", async (status) => {
    const id = await makeSubscription(actor);
    await recordEvents(actor, "first", "second", "third");
    const delivery = (await list(id)).deliveries[0]?.id ?? "";
    await setStatus(delivery, status);
    const again = await retryDelivery(actor, id, delivery);
    expect(again).toMatchObject({ id: delivery, status: "pending" });
    expect(await take(1)).toMatchObject([{ id: delivery, triedForMs: 0 }]);
  });

  test("doesn't wait until an endpoint that fails would be tried again", async () => {
    const id = await makeSubscription(actor);
    await recordEvents(actor, "first", "second");
    await query(
      "UPDATE event_subscriptions SET failures = 9, next_probe_at = clock_timestamp() + interval '5 minutes' WHERE id = $1",
      [id],
    );
    const [delivery] = (await list(id)).deliveries;
    expect(delivery?.nextAttemptAt?.getTime()).toBeGreaterThan(Date.now() + 240_000);
    expect(await take(10)).toEqual([]);
    await retryDelivery(actor, id, delivery?.id ?? "");
    expect(await take(10)).toMatchObject([{ id: delivery?.id }]);
  });

  test("is refused while the subscription is paused, as are test events and replays", async () => {
    const id = await makeSubscription(actor);
    await recordEvents(actor, "a");
    const delivery = (await list(id)).deliveries[0]?.id ?? "";
    await updateSubscription(actor, id, { status: "paused" });
    for (const refused of [
      () => retryDelivery(actor, id, delivery),
      () => sendTestEvent(actor, id),
      () => replayEvents(actor, id, always),
    ])
      await expect(refused()).rejects.toMatchObject({ code: "conflict" });
    expect((await list(id)).deliveries).toHaveLength(1);
  });

  test("is refused once the event has been deleted; the delivery can still be read", async () => {
    const id = await makeSubscription(actor);
    await recordEvents(actor, "a");
    const delivery = (await list(id)).deliveries[0]?.id ?? "";
    await query("DELETE FROM events.events WHERE workspace_id = $1", [actor.workspaceId]);
    expect(await getDelivery(actor, id, delivery)).toMatchObject({ body: null, type: "a" });
    await setStatus(delivery, "failed");
    await expect(retryDelivery(actor, id, delivery)).rejects.toMatchObject({ code: "conflict" });
    expect((await getDelivery(actor, id, delivery)).status).toBe("failed");
  });
});

describe("a test event", () => {
  test("goes to one subscription, whatever its types, before what waits there", async () => {
    const [id, other] = [await makeSubscription(actor, { eventTypes: ["a"] }), await makeSubscription(actor)];
    await recordEvents(actor, "a");
    const sent = await sendTestEvent(actor, id);
    expect(JSON.parse(sent.body ?? "")).toMatchObject({
      id: sent.eventId,
      type: "event_subscription.test",
      workspaceId: actor.workspaceId,
    });
    expect((await list(other)).deliveries.map(({ type }) => type)).toEqual(["a"]);
    const due = await take(10);
    expect(due.map(({ subscriptionId }) => subscriptionId).sort()).toEqual([id, id, other].sort());
    await query("UPDATE events.deliveries SET next_attempt_at = clock_timestamp() - interval '1 hour'");
    const second = await sendTestEvent(actor, id);
    expect(
      (await take(1, [{ subscriptionId: other, held: 8, room: 0, isSlow: false }])).map((one) => one.id),
    ).toEqual([second.id]);
  });
});
