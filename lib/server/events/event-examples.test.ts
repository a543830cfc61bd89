import { beforeAll, expect, test } from "vitest";
import { eventExample } from "@/lib/contracts/event-examples";
import { type EventType, eventTypeNames } from "@/lib/contracts/event-types";
import { useRuntime } from "@/tests/database/runtime";
import { makeServiceMember, makeWorkspace } from "@/tests/factories/factories";
import { waitUntil } from "@/tests/wait-until";
import { type MemberActor, systemActor } from "../actor";
import { changeApiKey } from "../keys/change-api-key";
import { createApiKey } from "../keys/create-api-key";
import { remindOfExpiry } from "../keys/expiry-reminders";
import { reportLeaks } from "../keys/leak-reports";
import { revokeApiKey } from "../keys/revoke-api-key";
import { rotateApiKey } from "../keys/rotate-api-key";
import { recordUsage } from "../quotas/record-usage";
import { setQuotas } from "../quotas/set-quotas";
import { db, runtime } from "../runtime";
import { removeMember } from "../workspaces/members/remove-member";
import { setApiAccess } from "../workspaces/workspace-settings";
import { createSubscription } from "./manage-subscriptions";
import { pauseItself } from "./pause-subscription";
import { tellOfExpiredKeys } from "./tell-of-expiry";

useRuntime({ WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8" });

let actor: MemberActor;
let subscriptionId: string;
beforeAll(async () => {
  actor = (await makeWorkspace()).actor;
  const subscription = await createSubscription(actor, {
    endpointUrl: "https://127.0.0.1/",
    eventTypes: ["*"],
    signingSecret: "a secret of the receiver",
  });
  subscriptionId = subscription.id;
});

const changes: [EventType, () => Promise<unknown>][] = [
  ["api_key.created", makeExampleKey],
  ["api_key.updated", () => withKey((id) => changeApiKey(actor, id, { allowedIps: ["203.0.113.0/24"] }))],
  ["api_key.disabled", () => withKey((id) => changeApiKey(actor, id, { disabled: true }))],
  [
    "api_key.enabled",
    () =>
      withKey(async (id) => {
        await changeApiKey(actor, id, { disabled: true });
        await changeApiKey(actor, id, { disabled: false });
      }),
  ],
  ["api_key.rotated", () => withKey((id) => rotateApiKey(actor, id, { overlapSeconds: 86_400 }, null))],
  ["api_key.revoked", () => withKey((id) => revokeApiKey(actor, id))],
  ["api_key.exposed", reportLeak],
  ["api_key.expiring", () => atExpiry(-7 * 86_400_000, remindOfExpiry)],
  ["api_key.expired", () => atExpiry(1000, tellOfExpiredKeys)],
  [
    "api_key.new_caller",
    () =>
      withKey(async (id) => {
        await addCaller(id, "198.51.100.0/24");
        await addCaller(id, "203.0.113.0/24");
      }),
  ],
  ["quota.reached", useQuota],
  ["api_access.disabled", () => setApiAccess(actor, false)],
  ["api_access.enabled", () => setApiAccess(actor, true)],
  ["member.added", () => makeServiceMember(actor)],
  ["member.removed", removeServiceMember],
  [
    "event_subscription.paused",
    async () => {
      await db().eventSubscription.update({
        where: { id: subscriptionId },
        data: { lastError: "It answered 503.", failingSince: new Date() },
      });
      await db().$transaction((transaction) => pauseItself(transaction, subscriptionId, "failing"));
    },
  ],
];

test.each(changes)("an event of the type %s has the fields of its example", async (type, change) => {
  await change();
  // Reports of leaks are acted on in the background.
  await waitUntil("the event is recorded", async () => (await findEvent(type)) !== undefined);
  expect(formOf(await findEvent(type))).toEqual(formOf(eventExample(type)));
});

test("each type has an example of itself", () => {
  for (const type of eventTypeNames)
    expect(eventExample(type)).toMatchObject({ type, data: expect.anything() });
});

async function findEvent(type: EventType): Promise<unknown> {
  const { rows } = await runtime().pool.query<{ body: string }>(
    "SELECT body FROM events.events WHERE workspace_id = $1 AND type = $2 ORDER BY id DESC LIMIT 1",
    [actor.workspaceId, type],
  );
  return rows[0] && JSON.parse(rows[0].body);
}

/** A value with the kind of each of its parts in its place. An empty list says nothing of what it would hold. */
function formOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(formOf);
  if (value === null) return null;
  if (typeof value !== "object") return typeof value === "string" ? stringForm(value) : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, formOf(part)]));
}

function stringForm(value: string): string {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)) return "time";
  return /^([a-z]+)_[0-9a-z]{26}$/.exec(value)?.[1] ?? "string";
}

function makeExampleKey() {
  return createApiKey(actor, {
    name: "nightly export",
    permissionLevel: "read_only",
    metadata: { team: "billing" },
    expiresInDays: 90,
  });
}

async function withKey(change: (id: string) => Promise<unknown>): Promise<void> {
  await change((await makeExampleKey()).key.id);
}

async function atExpiry(afterMs: number, tell: (at: Date) => Promise<void>): Promise<void> {
  const { expiresAt } = (await makeExampleKey()).key;
  await tell(new Date((expiresAt as Date).getTime() + afterMs));
}

async function addCaller(keyId: string, address: string): Promise<void> {
  await runtime().pool.query(
    `INSERT INTO access_log.callers (key_id, address, client, method, route, last_ip, first_at, last_at, allowed, denied)
     VALUES ($1, $2, 'python-requests', 'GET', '/v1/documents', '203.0.113.24', now(), now(), 1, 0)`,
    [keyId, address],
  );
}

async function useQuota(): Promise<void> {
  const { workspaceId } = actor;
  const quota = { meter: "exports", limit: 10, period: "month", keyId: null } as const;
  await setQuotas(systemActor(workspaceId, "Operator"), () => [quota]);
  await recordUsage({ workspace_id: workspaceId, meter: "exports", amount: 8, idempotency_key: "one" });
}

async function reportLeak(): Promise<void> {
  const { secret } = await makeExampleKey();
  const url = "https://github.com/acme/export/blob/main/.env";
  await reportLeaks([{ text: secret, url }], { ip: null, userAgent: null, requestId: null });
}

async function removeServiceMember(): Promise<void> {
  const { userId } = await makeServiceMember(actor);
  await removeMember(actor, userId, { transfers: [], revocations: [] });
}
