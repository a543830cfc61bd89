import { hash } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { Deliverer } from "@/lib/server/events/deliverer";
import { db, runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { startEventReceiver } from "@/tests/peers/event-receiver";
import { useKeyApi } from "@/tests/processes/key-api-server";
import { waitUntil } from "@/tests/wait-until";

const sha = (text: string) => hash("sha256", text, "hex");
const [token, other, bound] = ["a-service-token-of-a-test", "another-service-token", "a-bound-token"];
const boundTo = "ws_01kb2v6q3m8w1x5y7z9a0c2e4g";
const tokens = [`backend:${sha(token)}`, `billing:${sha(other)}`, `one:${sha(bound)}:${boundTo}`];
useRuntime({ SERVICE_TOKENS: tokens.join(), WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8" });
const call = useKeyApi();

const by = (secret: string) => ({ authorization: `Bearer ${secret}` });
const ask = (method: string, path: string, body?: unknown, secret = token) =>
  call(`/api/v1${path}`, { method, headers: by(secret), body });
const paid = (workspace_id: string, more: object = {}) => ({
  ...{ workspace_id, type: "invoice.paid", data: { invoice: "inv-7", amount: 4200 } },
  ...{ idempotency_key: "inv-7", ...more },
});
const send = (body: unknown, secret = token) => ask("POST", "/events", body, secret);
const idOf = ({ json }: { json: never }) => (json as { id: string }).id;

async function bodiesOf(workspaceId: string) {
  const { rows } = await runtime().pool.query<{ body: string }>(
    "SELECT body FROM events.events WHERE workspace_id = $1 AND type = 'invoice.paid' ORDER BY id",
    [workspaceId],
  );
  return rows.map(({ body }) => JSON.parse(body));
}

test("an event of the operator's own is delivered to a subscription that the service manages", async () => {
  const { workspace } = await makeWorkspace();
  await ask("PUT", `/workspaces/${workspace.id}`, { external_id: "customer/7" });
  const path = "/workspaces/ext:customer%2F7/event-subscriptions";
  const receiver = await startEventReceiver();
  const deliverer = new Deliverer(runtime().log);
  deliverer.start();
  try {
    const endpoint = { endpointUrl: receiver.origin, signingSecret: "a secret of the receiver" };
    const made = await ask("POST", path, { ...endpoint, eventTypes: ["invoice.*"] });
    expect([made.status, made.json]).toMatchObject([201, { status: "active", eventTypes: ["invoice.*"] }]);
    const { standardWebhooksSecret } = made.json as { standardWebhooksSecret: string };
    const sent = await send(paid("ext:customer/7"));
    expect([sent.status, sent.json]).toEqual([
      202,
      {
        ...{ id: expect.stringMatching(/^evt_/), workspace_id: workspace.id, type: "invoice.paid" },
        created_at: expect.any(String),
      },
    ]);
    expect((await send(paid(workspace.id, { type: "user.added", idempotency_key: "u" }))).status).toBe(202);
    await waitUntil("the event has arrived", async () => receiver.received.length > 0);
    const [event] = receiver.received;
    new Webhook(standardWebhooksSecret).verify(event?.body ?? "", event?.headers as Record<string, string>);
    expect(JSON.parse(event?.body ?? "")).toEqual({
      ...{ id: idOf(sent), type: "invoice.paid", workspaceId: workspace.id, createdAt: expect.any(String) },
      data: { invoice: "inv-7", amount: 4200 },
    });

    const one = `${path}/${idOf(made)}`;
    const deliveries = `${one}/deliveries`;
    const isDelivered = async () =>
      (await ask("GET", `${deliveries}?status=delivered`)).body.includes("dlv_");
    await waitUntil("it is stored as delivered", isDelivered);
    const list = (await ask("GET", deliveries)).json as { deliveries: { id: string }[] };
    expect(list.deliveries, "only the type that it asks for").toHaveLength(1);
    const shown = await ask("GET", `${deliveries}/${list.deliveries[0]?.id}`);
    expect(shown.json).toMatchObject({ eventId: idOf(sent), attempts: [{ status: 204 }] });
    const paused = await ask("PATCH", one, { status: "paused" });
    expect(paused.json).toMatchObject({ status: "paused", pausedBecause: "person" });
    expect((await ask("POST", `${one}/test`)).status).toBe(409);
    expect((await ask("DELETE", one)).status).toBe(204);
    expect((await ask("GET", path)).json).toEqual({ eventSubscriptions: [] });
    const recorded = await db().auditEvent.findMany({
      where: { workspaceId: workspace.id, targetType: "event_subscription" },
      orderBy: { id: "asc" },
    });
    expect(recorded.map(({ action, actorType, actorId }) => [action, actorType, actorId])).toEqual(
      ["created", "paused", "deleted"].map((change) => [
        `event_subscription.${change}`,
        "service",
        "backend",
      ]),
    );
  } finally {
    await deliverer.stop();
    await receiver.close();
  }
});

test("repeats make one event, for each label and workspace, and another body is a conflict", async () => {
  const { workspace } = await makeWorkspace();
  const { workspace: second } = await makeWorkspace();
  const answers = await Promise.all(Array.from({ length: 12 }, () => send(paid(workspace.id))));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
  const reordered = await send(paid(workspace.id, { data: { amount: 4200, invoice: "inv-7" } }));
  expect(reordered.body).toBe(answers[0]?.body);
  expect(await bodiesOf(workspace.id)).toHaveLength(1);
  for (const change of [
    { data: { invoice: "inv-7", amount: 4201 } },
    { data: {} },
    { type: "invoice.due" },
  ]) {
    const refused = await send(paid(workspace.id, change));
    expect([refused.status, refused.json]).toMatchObject([409, { error: { code: "conflict" } }]);
  }
  const byOther = await send(paid(workspace.id), other);
  const inSecond = await send(paid(second.id));
  expect(new Set([...answers, byOther, inSecond].map(idOf)).size).toBe(3);
  expect(await bodiesOf(workspace.id)).toHaveLength(2);
});

test("an event that no subscription asked for yet can be replayed to a later one", async () => {
  const { workspace } = await makeWorkspace();
  const from = new Date(Date.now() - 60_000).toISOString();
  await send(paid(workspace.id));
  const path = `/workspaces/${workspace.id}/event-subscriptions`;
  const endpoint = { endpointUrl: "https://127.0.0.1:1/", signingSecret: "a secret of the receiver" };
  const made = await ask("POST", path, { ...endpoint, eventTypes: ["invoice.paid"] });
  const period = { from, to: new Date(Date.now() + 60_000).toISOString() };
  const replay = (more: object) => ask("POST", `${path}/${idOf(made)}/replay`, { ...period, ...more });
  for (const more of [{ dryRun: true }, {}])
    expect(await replay(more)).toMatchObject({ status: 202, json: { count: 1 } });
});

test("a token of one workspace sends there and manages its subscriptions, and knows no other workspace", async () => {
  const { workspace } = await makeWorkspace();
  await db().workspace.create({ data: { id: boundTo, name: "Bound", slug: "bound" } });
  const path = (id: string) => `/workspaces/${id}/event-subscriptions`;
  expect((await send(paid(boundTo), bound)).status).toBe(202);
  expect((await ask("GET", path(boundTo), undefined, bound)).status).toBe(200);
  for (const id of [workspace.id, "ext:unknown", "ws_unknown", "no id"])
    expect(await send(paid(id), bound)).toMatchObject({
      status: 404,
      json: { error: { code: "not_found", message: "Workspace not found." } },
    });
  expect((await ask("GET", path(workspace.id), undefined, bound)).status).toBe(404);
});

test("S27 secrets, reserved types, unusable names and too large or too deep data are refused", async () => {
  const { workspace, actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  const deep = (levels: number) => JSON.parse(`${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`);
  for (const change of [
    { data: { note: `use ${secret}` } },
    { data: { list: [{ [secret]: 1 }] } },
    { data: { url: `https://a.example/?k=${encodeURIComponent(secret).replace("_", "%5F")}` } },
    { idempotency_key: secret },
    { type: "api_key.created" },
    { type: "quota" },
    { type: "Invoice paid" },
    { data: { a: "\0" } },
    { data: { "\0": 1 } },
    { data: { "\ud800": 1 } },
    { data: [] },
    { data: deep(33) },
    { idempotency_key: "" },
    { more: 1 },
  ])
    expect((await send(paid(workspace.id, change))).status, JSON.stringify(change).slice(0, 80)).toBe(400);
  const text = JSON.stringify(paid(workspace.id));
  expect((await send(text.replace('"invoice"', '"__proto__"'))).status).toBe(400);
  const veryDeep = text.replace("4200", `${"[".repeat(30_000)}${"]".repeat(30_000)}`);
  expect((await send(veryDeep)).status).toBe(400);
  expect((await send(paid(workspace.id, { data: { a: "x".repeat(64 * 1024) } }))).status).toBe(413);
  expect(await bodiesOf(workspace.id)).toEqual([]);
  const odd = { "a\\u0000": "\\u0000 \u20ac", b: [null, true, 1.5], c: deep(30) };
  expect((await send(paid(workspace.id, { data: odd }))).status).toBe(202);
  expect((await bodiesOf(workspace.id))[0].data).toEqual(odd);
});
