import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { type EventReceiver, type ReceivedEvent, startEventReceiver } from "@/tests/peers/event-receiver";
import { waitUntil } from "@/tests/wait-until";
import type { MemberActor } from "../actor";
import { runtime } from "../runtime";
import { Deliverer } from "./deliverer";
import { createSubscription, updateSubscription } from "./manage-subscriptions";
import { signatureHeaders, standardSecret } from "./sign-delivery";

useRuntime({ WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8" });

const oldSecret = Buffer.from("the secret that comes first");
const newSecret = Buffer.from("the secret that comes after");
const oldReceiver = new Webhook(standardSecret(oldSecret));
const newReceiver = new Webhook(standardSecret(newSecret));

let receiver: EventReceiver;
let deliverer: Deliverer;
let actor: MemberActor;
let subscriptionId: string;
beforeAll(() => {
  deliverer = new Deliverer(runtime().log);
  deliverer.start();
});
afterAll(() => deliverer.stop());
beforeEach(async () => {
  receiver = await startEventReceiver();
  actor = (await makeWorkspace()).actor;
  const input = { endpointUrl: receiver.origin, eventTypes: ["*"], signingSecret: oldSecret.toString() };
  subscriptionId = (await createSubscription(actor, input)).id;
  return () => receiver.close();
});

test("the published library verifies deliveries, before, while and after the secret is changed", async () => {
  const before = await nextDelivery();
  expect([verifies(oldReceiver, before), verifies(newReceiver, before)]).toEqual([true, false]);

  const change = { signingSecret: newSecret.toString(), previousSecretExpiresIn: 3600 };
  await updateSubscription(actor, subscriptionId, change);
  const during = await nextDelivery();
  expect([verifies(oldReceiver, during), verifies(newReceiver, during)]).toEqual([true, true]);

  const another = { signingSecret: oldSecret.toString(), previousSecretExpiresIn: 0 };
  await updateSubscription(actor, subscriptionId, another);
  const after = await nextDelivery();
  expect([verifies(oldReceiver, after), verifies(newReceiver, after)]).toEqual([true, false]);
});

test("it refuses what is forged, altered or too old", async () => {
  const { body, headers } = await nextDelivery();
  const id = headers["webhook-id"] as string;
  const now = Math.floor(Date.now() / 1000);
  const refused: Omit<ReceivedEvent, "path">[] = [
    { body, headers: lower(signatureHeaders([newSecret], id, body, now)) },
    { body: body.replace("api_key.created", "api_key.revoked"), headers },
    { body, headers: { ...headers, "webhook-id": "evt_01kb3m8xz5q7s9v2y4a6c8e1gj" } },
    { body, headers: lower(signatureHeaders([oldSecret], id, body, now - 310)) },
  ];
  expect(refused.map((event) => verifies(oldReceiver, event))).toEqual([false, false, false, false]);
});

async function nextDelivery(): Promise<ReceivedEvent> {
  const { length } = receiver.received;
  await makeKey(actor);
  await waitUntil("it has arrived", async () => receiver.received.length > length);
  return receiver.received[length] as ReceivedEvent;
}

function verifies(webhook: Webhook, { body, headers }: Omit<ReceivedEvent, "path">): boolean {
  try {
    webhook.verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}

function lower(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
