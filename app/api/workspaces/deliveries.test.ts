import { beforeEach, expect, test } from "vitest";
import type { DeliveryDetails, DeliveryPage } from "@/lib/contracts/deliveries";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeSubscription, recordEvents } from "@/tests/factories/event-subscriptions";
import { makeSessionCookie, makeWorkspace } from "@/tests/factories/factories";
import { callConsole } from "@/tests/processes/console-routes";

useRuntime({ WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8" });

let made: Awaited<ReturnType<typeof makeWorkspace>>;
let path: string;
let cookie: string;
beforeEach(async () => {
  made = await makeWorkspace();
  cookie = await makeSessionCookie(made.owner);
  const id = await makeSubscription(made.actor);
  path = `/api/workspaces/${made.workspace.slug}/event-subscriptions/${id}`;
});

const call = (method: string, rest: string, body?: unknown) =>
  callConsole(method, `${path}${rest}`, { cookie, body });
const range = () => ({
  from: new Date(Date.now() - 3_600_000).toISOString(),
  to: new Date(Date.now() + 3_600_000).toISOString(),
});

test("the list has when each delivery was made, and continues at its cursor", async () => {
  const before = Date.now();
  await recordEvents(made.actor, "a", "b", "c");
  const first = (await call("GET", "/deliveries?limit=2")).json as DeliveryPage;
  expect(first.deliveries.map(({ type }) => type)).toEqual(["c", "b"]);
  expect(first.deliveries[0]).toMatchObject({
    status: "pending",
    attemptCount: 0,
    lastStatus: null,
    lastLatencyMs: null,
    nextAttemptAt: expect.stringMatching(/Z$/),
    deliveredAt: null,
  });
  const createdAt = Date.parse(first.deliveries[0]?.createdAt ?? "");
  expect(createdAt).toBeGreaterThanOrEqual(before - 1000);
  expect(createdAt).toBeLessThanOrEqual(Date.now() + 1000);
  const second = (await call("GET", `/deliveries?limit=2&cursor=${first.nextCursor}`)).json as DeliveryPage;
  expect(second).toMatchObject({ deliveries: [{ type: "a" }], nextCursor: null });
});

test("one delivery has the exact body and its attempts, and no secret", async () => {
  const sent = (await call("POST", "/test")).json as DeliveryDetails;
  const attempt = {
    at: new Date().toISOString(),
    latencyMs: 1234,
    status: 500,
    error: "It answered 500.",
    answer: "<script>alert(1)</script>",
    signature: "t=1,v1=00",
  };
  await runtime().pool.query(
    `UPDATE events.deliveries SET attempts = $2::jsonb, attempt_count = 1, last_status = 500, last_error = 'It answered 500.'
     WHERE id = $1`,
    [sent.id, JSON.stringify([attempt])],
  );
  const answer = await call("GET", `/deliveries/${sent.id}`);
  expect(answer.json).toMatchObject({
    body: sent.body,
    attempts: [attempt],
    lastLatencyMs: 1234,
    lastError: "It answered 500.",
  });
  expect(answer.headers.get("content-type")).toContain("application/json");
  expect(answer.body).not.toContain("a secret of the receiver");
  expect((await call("GET", "/deliveries/dlv_00000000000000000000000000")).status).toBe(404);
});

test("sending again answers with the delivery, which is waiting", async () => {
  const { id } = (await call("POST", "/test")).json as DeliveryDetails;
  await runtime().pool.query("UPDATE events.deliveries SET status = 'failed' WHERE id = $1", [id]);
  expect((await call("POST", `/deliveries/${id}/retry`)).json).toMatchObject({ id, status: "pending" });
  expect((await call("POST", "/deliveries/dlv_none/retry")).status).toBe(404);
});

test("a replay is counted first, then sends exactly that many", async () => {
  await recordEvents(made.actor, "a", "b");
  const search = new URLSearchParams(range());
  expect((await call("GET", `/replay?${search}`)).json).toEqual({ count: 2 });
  expect((await call("POST", "/replay", range())).json).toEqual({ count: 2 });
  expect(((await call("GET", "/deliveries")).json as DeliveryPage).deliveries).toHaveLength(4);
});

test("S47 400 invalid_request for wrong filters, ranges and cursors", async () => {
  for (const query of [
    "/deliveries?status=lost",
    "/deliveries?from=yesterday",
    "/deliveries?limit=0",
    "/deliveries?limit=101",
    "/deliveries?cursor=key_00000000000000000000000000",
    "/deliveries?cursor=x",
    "/deliveries?type=%00",
    "/deliveries?workspaceId=ws_other",
    "/replay",
    "/replay?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
    "/replay?from=2026-01-02T00:00:00Z&to=2026-01-02T00:00:00Z",
  ])
    expect((await call("GET", query)).status, query).toBe(400);
  expect((await call("POST", "/replay", { from: range().from })).status).toBe(400);
  expect((await call("GET", "/deliveries/%00")).status).toBe(404);
});
