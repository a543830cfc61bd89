import { Webhook } from "standardwebhooks";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { EndpointTest, EventSubscription } from "@/lib/contracts/event-subscriptions";
import type { MemberActor } from "@/lib/server/actor";
import { standardSecret } from "@/lib/server/events/sign-delivery";
import { db, runtime } from "@/lib/server/runtime";
import { setApiAccess } from "@/lib/server/workspaces/workspace-settings";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeSessionCookie, makeWorkspace } from "@/tests/factories/factories";
import { type EventReceiver, startEventReceiver } from "@/tests/peers/event-receiver";
import { callConsole } from "@/tests/processes/console-routes";

useRuntime({ WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8" });

const signingSecret = "a secret of the receiver";
let receiver: EventReceiver;
let actor: MemberActor;
let cookie: string;
let path: string;

beforeAll(async () => {
  receiver = await startEventReceiver();
  return () => receiver.close();
});
beforeEach(async () => {
  const made = await makeWorkspace();
  actor = made.actor;
  cookie = await makeSessionCookie(made.owner);
  path = `/api/workspaces/${made.workspace.slug}/event-subscriptions`;
  receiver.received.length = 0;
  receiver.answer(() => ({ status: 204 }));
});

const send = (method: string, to: string, body?: unknown) => callConsole(method, to, { cookie, body });
const errorOf = (answer: { json: unknown }) =>
  (answer.json as { error: { code: string; fields?: Record<string, string> } }).error;

async function create(input: object = {}): Promise<EventSubscription> {
  const body = {
    endpointUrl: `${receiver.origin}/hooks`,
    eventTypes: ["api_key.*", "invoice.paid"],
    signingSecret,
    ...input,
  };
  const answer = await send("POST", path, body);
  expect(answer.status, answer.body).toBe(201);
  return answer.json;
}

/** Lets the session's confirmation of identity become too old. */
async function forgetConfirmation(): Promise<void> {
  await db().session.updateMany({
    where: { userId: actor.userId },
    data: { authenticatedAt: new Date(Date.now() - 86_400_000) },
  });
}

describe("a subscription", () => {
  test("can be seen, paused and deleted while API access is off, but not changed", async () => {
    const { id } = await create();
    await setApiAccess(actor, false);
    expect((await send("GET", path)).json).toMatchObject({ subscriptions: [{ id }] });
    for (const change of [
      { eventTypes: ["*"] },
      { status: "paused", eventTypes: ["*"] },
      { status: "active" },
    ])
      expect(errorOf(await send("PATCH", `${path}/${id}`, change)).code).toBe("api_access_disabled");
    expect((await send("PATCH", `${path}/${id}`, { status: "paused" })).json).toMatchObject({
      status: "paused",
    });
    expect((await send("DELETE", `${path}/${id}`)).status).toBe(200);
    expect((await send("GET", path)).json).toEqual({ subscriptions: [] });
  });

  test("is created, listed with its health, changed and deleted, and its secret is never sent", async () => {
    const { key } = await makeKey(actor, { name: "nightly build" });
    const filters = { keyIds: [key.id, "key_gone"], environments: ["production"] };
    const created = await create({ filters });
    expect(created).toMatchObject({
      status: "active",
      endpointUrl: `${receiver.origin}/hooks`,
      eventTypes: ["api_key.*", "invoice.paid"],
      filters: {
        keys: [
          { id: key.id, name: "nightly build" },
          { id: "key_gone", name: null },
        ],
        environments: ["production"],
      },
      failingSince: null,
      pausedAt: null,
      previousSecretExpiresAt: null,
      createdBy: { type: "user", id: actor.userId, name: actor.name },
      waiting: 0,
      lastDay: { averageLatencyMs: null },
    });
    expect(created.lastDay.hours).toHaveLength(24);

    const list = await send("GET", path);
    expect(list.json).toEqual({ subscriptions: [created] });
    const one = `${path}/${created.id}`;
    expect((await send("GET", one)).json).toEqual(created);

    const changed = await send("PATCH", one, { eventTypes: ["*"], filters: {} });
    expect(changed.json).toMatchObject({ eventTypes: ["*"], filters: { keys: [], environments: [] } });
    const secret = await send("PATCH", one, { signingSecret: "another secret of ours" });
    expect((secret.json as EventSubscription).previousSecretExpiresAt).not.toBeNull();
    for (const answer of [list, changed, secret]) expect(answer.body).not.toContain("secret of");

    expect((await send("DELETE", one)).status).toBe(200);
    expect((await send("GET", one)).status).toBe(404);
    expect((await send("GET", path)).json).toEqual({ subscriptions: [] });
  });

  test("counts what waits for it, and what happened in each of the last 24 hours", async () => {
    const { id } = await create();
    await runtime().pool.query(
      `INSERT INTO events.hourly_attempts (subscription_id, hour, delivered, retried, failed, latency_ms)
       SELECT $1, date_trunc('hour', clock_timestamp()) - make_interval(hours => ago), 8, 1, ago, 90
       FROM unnest(ARRAY[0, 1, 24]) AS ago`,
      [id],
    );
    await send("PATCH", `${path}/${id}`, { status: "paused" });
    await makeKey(actor);
    await makeKey(actor);
    const shown: EventSubscription = (await send("GET", `${path}/${id}`)).json;
    expect(shown).toMatchObject({ status: "paused", pausedBecause: "person", waiting: 2 });
    expect(shown.lastDay.hours.slice(-3)).toEqual([
      expect.objectContaining({ delivered: 0, retried: 0, failed: 0 }),
      expect.objectContaining({ delivered: 8, retried: 1, failed: 1 }),
      expect.objectContaining({ delivered: 8, retried: 1, failed: 0 }),
    ]);
    // The hour before these 24 doesn't count. 180 ms in 19 attempts.
    expect(shown.lastDay.averageLatencyMs).toBe(9);

    const resumed = await send("PATCH", `${path}/${id}`, { status: "active", sendMissed: false });
    expect(resumed.json).toMatchObject({ status: "active", waiting: 0 });
  });

  test("needs a usable endpoint, known types and a long secret", async () => {
    const good = { endpointUrl: `${receiver.origin}/`, eventTypes: ["api_key.*"], signingSecret };
    const refused = [
      [{ endpointUrl: "http://127.0.0.1/" }, "endpointUrl"],
      [{ endpointUrl: "https://10.0.0.1/" }, "endpointUrl"],
      [{ endpointUrl: "https://[::1]/" }, "endpointUrl"],
      [{ eventTypes: [] }, "eventTypes"],
      [{ eventTypes: ["api_key.renamed"] }, "eventTypes.0"],
      [{ signingSecret: "too short" }, "signingSecret"],
      [{ filters: { environments: ["No spaces"] } }, "filters.environments.0"],
    ] as const;
    for (const [wrong, field] of refused) {
      const answer = await send("POST", path, { ...good, ...wrong });
      expect(answer.status, JSON.stringify(wrong)).toBe(400);
      expect(Object.keys(errorOf(answer).fields ?? {}), JSON.stringify(wrong)).toContain(field);
    }
    expect((await send("GET", path)).json).toEqual({ subscriptions: [] });
  });

  test("asks for a recent confirmation of identity where events or secrets could leak, not to pause", async () => {
    const { id } = await create();
    await forgetConfirmation();
    const one = `${path}/${id}`;
    const sensitive = [
      ["POST", path, { endpointUrl: receiver.origin, eventTypes: ["*"], signingSecret }],
      ["PATCH", one, { endpointUrl: `${receiver.origin}/elsewhere` }],
      ["PATCH", one, { signingSecret: "another secret of ours" }],
      ["DELETE", one, undefined],
    ] as const;
    for (const [method, to, body] of sensitive) {
      const answer = await send(method, to, body);
      expect(errorOf(answer)?.code, `${method} ${JSON.stringify(body)}`).toBe("reauthentication_required");
    }
    expect((await send("PATCH", one, { status: "paused" })).status).toBe(200);
    expect((await send("PATCH", one, { eventTypes: ["member.added"] })).status).toBe(200);
  });
});

describe("a test event before saving", () => {
  const test_ = (input: object = {}) =>
    send("POST", `${path}/test`, { endpointUrl: `${receiver.origin}/try`, signingSecret, ...input });

  test("is signed with the given secret, and the answer is returned in words", async () => {
    receiver.answer(() => ({ status: 200, body: "thanks" }));
    const good = await test_();
    expect(good.json).toEqual({ status: 200, latencyMs: expect.any(Number), error: null, answer: "thanks" });
    const [event] = receiver.received;
    if (!event) throw new Error("nothing was received");
    expect(event.path).toBe("/try");
    new Webhook(standardSecret(Buffer.from(signingSecret))).verify(
      event.body,
      event.headers as Record<string, string>,
    );
    expect(JSON.parse(event.body)).toMatchObject({
      type: "event_subscription.test",
      workspaceId: actor.workspaceId,
    });

    receiver.answer(() => ({ status: 302, headers: { location: "https://example.com/" } }));
    expect((await test_()).json).toMatchObject({
      status: 302,
      error: "It answered 302. Redirects aren’t followed.",
    });
    const nobody = (await test_({ endpointUrl: "https://127.0.0.1:1/" })).json as EndpointTest;
    expect(nobody).toMatchObject({ status: null, error: "The connection was refused." });
  });

  test("S62 goes to no address that isn't public, and stores nothing", async () => {
    for (const endpointUrl of [
      "https://169.254.169.254/",
      "https://[::ffff:10.0.0.1]/",
      "https://0.0.0.0/",
    ]) {
      const answer = await test_({ endpointUrl });
      expect(answer.status, endpointUrl).toBe(400);
      expect(errorOf(answer).fields?.endpointUrl).toContain("isn’t public");
    }
    await test_();
    const { rows } = await runtime().pool.query<{ count: number }>(
      `SELECT (SELECT count(*) FROM events.events WHERE workspace_id = $1)
         + (SELECT count(*) FROM audit_events WHERE workspace_id = $1 AND action LIKE 'event%') AS count`,
      [actor.workspaceId],
    );
    expect(rows).toEqual([{ count: 0 }]);
  });

  test("is limited per workspace", async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 31; count += 1)
      statuses.push((await test_({ endpointUrl: "https://10.0.0.1/" })).status);
    expect(statuses).toEqual([...Array(30).fill(400), 429]);
    expect((await test_()).headers.get("retry-after")).toMatch(/^\d+$/);
    expect(receiver.received).toEqual([]);
  });

  test("is refused while API access is off", async () => {
    await setApiAccess(actor, false);
    expect(errorOf(await test_()).code).toBe("api_access_disabled");
  });
});
