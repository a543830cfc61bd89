import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, expect, test, vi } from "vitest";
import type { MemberActor } from "@/lib/server/actor";
import { createSubscription } from "@/lib/server/events/manage-subscriptions";
import { revokeApiKey } from "@/lib/server/keys/revoke-api-key";
import { db, runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { expectDone, expectFailed, useKeywardCommand } from "@/tests/processes/keyward-command";

useRuntime({ WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8" });
const keyward = useKeywardCommand();
// Each command starts a process that loads the whole program.
vi.setConfig({ testTimeout: 60_000 });

const minutes = (count: number) => new Date(Date.now() + count * 60_000).toISOString();
let actor: MemberActor;
let subscription: string;
let keyId: string;
let secret: string;
beforeAll(async () => {
  actor = (await makeWorkspace({ name: "Acme" })).actor;
  const endpoint = { endpointUrl: "https://127.0.0.1:1/", signingSecret: "a secret of the receiver" };
  ({ id: subscription } = await createSubscription(actor, { ...endpoint, eventTypes: ["api_key.*"] }));
  const made = await makeKey(actor);
  [keyId, secret] = [made.key.id, made.secret];
  await revokeApiKey(actor, keyId);
});

test("events list prints a workspace's events, newest first, by pages", async () => {
  const list = (...more: string[]) => keyward(["events", "list", "--workspace", "Acme", ...more]);
  const first = await list("--limit", "1", "--json");
  expectDone(first);
  const page = first.json as { events: object[]; nextCursor: string };
  expect(page).toEqual({
    events: [
      {
        id: expect.stringMatching(/^evt_/),
        type: "api_key.revoked",
        createdAt: expect.any(String),
        ...{ keyId, environment: "production" },
        data: expect.objectContaining({ key: expect.objectContaining({ id: keyId }) }),
      },
    ],
    nextCursor: expect.stringMatching(/^evt_/),
  });
  const second = await list("--limit", "1", "--cursor", page.nextCursor, "--json");
  expect(second.json).toMatchObject({ events: [{ type: "api_key.created" }], nextCursor: null });
  const text = await list("--type", "api_key.revoked", "--from", minutes(-5), "--to", minutes(5));
  expectDone(text);
  expect(text.stdout).toMatch(/^AT +TYPE +KEY +EVENT\n\S+Z +api_key\.revoked +key_\S+ +evt_\S+\n$/);
  expect((await list("--to", minutes(-5), "--json")).json).toEqual({ events: [], nextCursor: null });
});

test("events subscriptions and events deliveries print what is sent where", async () => {
  const subscriptions = await keyward(["events", "subscriptions", "--workspace", "Acme"]);
  expectDone(subscriptions);
  expect(subscriptions.stdout).toContain(`${subscription}  active  https://127.0.0.1:1/  api_key.*`);
  const deliveries = ["events", "deliveries", "--subscription", subscription];
  const listed = await keyward([...deliveries, "--status", "pending", "--json"]);
  expectDone(listed);
  expect(listed.json).toMatchObject({
    deliveries: [{ type: "api_key.revoked", status: "pending" }, { type: "api_key.created" }],
    nextCursor: null,
  });
  const text = await keyward([...deliveries, "--type", "api_key.created"]);
  expect(text.stdout).toMatch(/\n\S+Z +api_key\.created +pending +0 +- +dlv_\S+\n$/);
});

test("events replay says how many events it would send, and sends them with --yes", async () => {
  const during = ["--from", minutes(-60), "--to", minutes(60)];
  const replay = ["events", "replay", "--subscription", subscription, ...during];
  const count = async () => {
    const { rows } = await runtime().pool.query(
      "SELECT count(*)::int FROM events.deliveries WHERE subscription_id = $1",
      [subscription],
    );
    return rows[0].count;
  };
  const before = await count();
  const asked = await keyward(replay);
  expectDone(asked);
  expect(asked.stdout).toBe("This would send 2 events to https://127.0.0.1:1/. Add --yes to send.\n");
  expect(await count()).toBe(before);
  const done = await keyward([...replay, "--yes", "--json"]);
  expectDone(done);
  expect(done.json).toEqual({ count: 2, sent: true });
  expect(await count()).toBe(before + 2);
  const audited = await db().auditEvent.findFirst({ where: { action: "event_subscription.replayed" } });
  expect(audited).toMatchObject({ actorType: "system", actorName: "Operator" });
});

test("events send takes data from the option, a file or standard input, and a repeat sends no second event", async () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), "keyward-events-")), "data.json");
  writeFileSync(file, '{"invoice": "inv-7"}');
  const send = (data: string, ...more: string[]) =>
    keyward(["events", "send", "--workspace", "Acme", "--type", "invoice.paid", "--data", data, ...more]);
  const first = await send('{"invoice": "inv-7"}', "--idempotency-key", "inv-7");
  expectDone(first);
  expect(first.stdout).toMatch(/^evt_\S+\n$/);
  const again = await send(`@${file}`, "--idempotency-key", "inv-7", "--json");
  expect(again.json).toEqual({
    id: first.stdout.trim(),
    workspace_id: actor.workspaceId,
    type: "invoice.paid",
    created_at: expect.any(String),
  });
  expectFailed(await send("{}", "--idempotency-key", "inv-7"), /already used/);
  const stdin = { stdin: '{"invoice": "inv-8"}' };
  const args = ["events", "send", "--workspace", "Acme", "--type", "invoice.paid", "--data", "@-"];
  expectDone(await keyward(args, stdin));
  expectDone(await keyward(args, stdin));
  const list = await keyward(["events", "list", "--workspace", "Acme", "--type", "invoice.paid", "--json"]);
  const { events } = list.json as { events: { data: object }[] };
  expect(events.map(({ data }) => data)).toEqual(["inv-8", "inv-8", "inv-7"].map((invoice) => ({ invoice })));
});

test("a wrong event or an unknown subscription fails with the reason in one line", async () => {
  const send = ["events", "send", "--workspace", "Acme", "--type"];
  const failures: [string[], RegExp][] = [
    [[...send, "api_key.created", "--data", "{}"], /reserved/],
    [[...send, "a.b", "--data", "{"], /data: This is not JSON/],
    [[...send, "a.b", "--data", "[]"], /data/],
    [[...send, "a.b", "--data", JSON.stringify({ key: secret })], /data: This looks like an API key/],
    [[...send, "a.b", "--data", "@/nowhere.json"], /nowhere\.json/],
    [["events", "deliveries", "--subscription", "sub_x"], /There is no event subscription sub_x/],
    [["events", "list", "--workspace", "Acme", "--from", "yesterday"], /from: Enter a date and time/],
    [["events", "replay", "--subscription", subscription, "--from", minutes(1), "--to", minutes(0)], /after/],
  ];
  for (const [args, expected] of failures) expectFailed(await keyward(args), expected);
  await db().eventSubscription.update({ where: { id: subscription }, data: { status: "paused" } });
  const paused = [
    "events",
    "replay",
    "--subscription",
    subscription,
    "--from",
    minutes(-1),
    "--to",
    minutes(1),
  ];
  expectFailed(await keyward([...paused, "--yes"]), /paused/);
});
