import { beforeEach, expect, test } from "vitest";
import { mostReplayed } from "@/lib/contracts/deliveries";
import { useRuntime } from "@/tests/database/runtime";
import { makeSubscription, recordEvent, recordEvents } from "@/tests/factories/event-subscriptions";
import { makeWorkspace } from "@/tests/factories/factories";
import { type MemberActor, serviceActor } from "../actor";
import { firstId } from "../new-id";
import { runtime } from "../runtime";
import { countReplay, listDeliveries, replayEvents, retryDelivery, sendTestEvent } from "./deliveries";

useRuntime({ WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8" });

let actor: MemberActor;
beforeEach(async () => {
  ({ actor } = await makeWorkspace());
});

const always = { from: "2020-01-01T00:00:00.000Z", to: "2100-01-01T00:00:00.000Z" };

async function query<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
  return (await runtime().pool.query(text, values)).rows as Row[];
}

const list = (id: string) => listDeliveries(actor, id, { limit: 50 });

const types = ["api_key.created", "api_key.revoked", "apixkey.created", "invoice.paid", "invoice.paid.late"];
const subscribed = [
  ["api_key.created"],
  ["api_key.*"],
  ["invoice.*", "api_key.revoked"],
  ["invoice.paid"],
  ["*"],
  ["member.added"],
];

test.each(subscribed.map((one) => [one]))(
  "a replay sends what %j is sent when it happens, as counted",
  async (one) => {
    const id = await makeSubscription(actor, { eventTypes: one });
    await recordEvents(actor, ...types);
    const before = (await list(id)).deliveries;
    const count = await countReplay(actor, id, always);
    expect(count).toBe(before.length);
    expect(await replayEvents(actor, id, always)).toBe(count);
    const after = (await list(id)).deliveries;
    expect(after).toHaveLength(2 * count);
    const events = (deliveries: typeof after) => deliveries.map(({ eventId }) => eventId).sort();
    expect(events(after.filter(({ id }) => !before.some((old) => old.id === id)))).toEqual(events(before));
  },
);

test("a replay heeds the filters for keys and environments", async () => {
  const id = await makeSubscription(actor, {
    filters: { keyIds: ["key_a"], environments: ["staging"] },
  });
  await recordEvent(actor, "api_key.revoked", { keyId: "key_a", environment: "staging" });
  await recordEvent(actor, "api_key.revoked", { keyId: "key_a", environment: "production" });
  await recordEvent(actor, "api_key.revoked", { keyId: "key_b", environment: "staging" });
  await recordEvent(actor, "member.added");
  expect(await countReplay(actor, id, always)).toBe(1);
  expect(await replayEvents(actor, id, always)).toBe(1);
  expect((await list(id)).deliveries).toHaveLength(2);
});

test("a replay leaves out test events, and events of other workspaces and other times", async () => {
  const id = await makeSubscription(actor);
  await sendTestEvent(actor, id);
  const { actor: other } = await makeWorkspace();
  await sendTestEvent(other, await makeSubscription(other));
  await recordEvents(other, "invoice.paid");
  await recordEvents(actor, "invoice.paid");
  expect(await countReplay(actor, id, always)).toBe(1);
  const to = new Date(Date.now() - 60_000).toISOString();
  expect(await countReplay(actor, id, { ...always, to })).toBe(0);
  expect(await countReplay(actor, id, { ...always, from: new Date(Date.now() + 60_000).toISOString() })).toBe(
    0,
  );
  expect(await replayEvents(actor, id, { ...always, to })).toBe(0);
});

test("a replay sends events from before the subscription was created", async () => {
  await recordEvents(actor, "invoice.paid");
  const id = await makeSubscription(actor, { eventTypes: ["invoice.*"] });
  expect(await replayEvents(actor, id, always)).toBe(1);
  expect((await list(id)).deliveries).toHaveLength(1);
});

test("a replay sends up to 100,000 events in their order, and is refused for more", async () => {
  const id = await makeSubscription(actor);
  await fillEvents(mostReplayed + 1);
  expect(await countReplay(actor, id, always)).toBe(mostReplayed + 1);
  await expect(replayEvents(actor, id, always)).rejects.toMatchObject({
    code: "invalid_request",
    fields: { from: expect.stringContaining("100,000") },
  });
  expect((await list(id)).deliveries).toEqual([]);
  await query(
    "DELETE FROM events.events WHERE id = (SELECT min(id) FROM events.events WHERE workspace_id = $1)",
    [actor.workspaceId],
  );
  expect(await replayEvents(actor, id, always)).toBe(mostReplayed);
  const [misplaced] = await query<{ count: number }>(
    `SELECT count(*)::int FROM (SELECT event_id, lag(event_id) OVER (ORDER BY id) AS before FROM events.deliveries
       WHERE subscription_id = $1) d WHERE event_id < before`,
    [id],
  );
  expect(misplaced?.count).toBe(0);
});

test("a replay is in the audit log with its time and count", async () => {
  const id = await makeSubscription(actor);
  await recordEvents(actor, "invoice.paid");
  await replayEvents(actor, id, always);
  const [event] = await query<{ details: object }>(
    "SELECT details FROM audit_events WHERE workspace_id = $1 AND action = 'event_subscription.replayed'",
    [actor.workspaceId],
  );
  expect(event?.details).toEqual({ ...always, count: 1 });
});

/** Events in bulk, without deliveries. */
async function fillEvents(count: number): Promise<void> {
  const start = firstId("evt", "2026-01-01T00:00:00.000Z");
  await query(
    `INSERT INTO events.events (id, workspace_id, type, body)
     SELECT $2 || lpad(n::text, 16, '0'), $1, 'invoice.paid', '{}' FROM generate_series(1, $3::integer) n`,
    [actor.workspaceId, start, count],
  );
}

test("tests, retries and replays are limited per workspace, for people, keys and services together", async () => {
  const id = await makeSubscription(actor);
  const { id: delivery } = await sendTestEvent(actor, id);
  for (let used = 1; used < 300; used += 1) await runtime().eventSends.consume(actor.workspaceId);
  for (let used = 0; used < 29; used += 1) await runtime().eventReplays.consume(actor.workspaceId);
  expect(await replayEvents(actor, id, always)).toBe(0);
  const tooMany = { code: "too_many_attempts", retryAfterSeconds: expect.any(Number) };
  await expect(sendTestEvent(actor, id)).rejects.toMatchObject(tooMany);
  await expect(retryDelivery(actor, id, delivery)).rejects.toMatchObject(tooMany);
  await expect(replayEvents(actor, id, always)).rejects.toMatchObject(tooMany);
  const service = serviceActor(actor.workspaceId, "billing", "req_1");
  await expect(replayEvents(service, id, always)).rejects.toMatchObject({ code: "rate_limit_exceeded" });
  const { actor: other } = await makeWorkspace();
  expect((await sendTestEvent(other, await makeSubscription(other))).status).toBe("pending");
});

test("nothing is replayed while more than 100,000 deliveries are pending", async () => {
  const id = await makeSubscription(actor);
  await recordEvents(actor, "invoice.paid");
  const add = (count: number) =>
    query(
      `INSERT INTO events.deliveries (id, subscription_id, event_id, type)
       SELECT 'dlv_' || gen_random_uuid(), $1, event_id, type FROM events.deliveries, generate_series(1, $2::integer)
       WHERE subscription_id = $1 AND id = (SELECT min(id) FROM events.deliveries WHERE subscription_id = $1)`,
      [id, count],
    );
  await add(99_999);
  expect(await replayEvents(actor, id, always)).toBe(1);
  await expect(replayEvents(actor, id, always)).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringContaining("100,000 deliveries are pending"),
  });
}, 60_000);
