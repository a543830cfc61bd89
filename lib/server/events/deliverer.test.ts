import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { type EventReceiver, startEventReceiver } from "@/tests/peers/event-receiver";
import { waitUntil } from "@/tests/wait-until";
import type { MemberActor } from "../actor";
import { revokeApiKey } from "../keys/revoke-api-key";
import { runtime } from "../runtime";
import { Deliverer } from "./deliverer";
import { listDeliveries } from "./deliveries";
import { createSubscription } from "./manage-subscriptions";
import { standardSecret } from "./sign-delivery";

useRuntime({ WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8" });

const signingSecret = "a secret of the receiver";
let receiver: EventReceiver;
let deliverer: Deliverer;
let actor: MemberActor;
beforeAll(() => {
  deliverer = new Deliverer(runtime().log);
  deliverer.start();
});
afterAll(() => deliverer.stop());
beforeEach(async () => {
  receiver = await startEventReceiver();
  actor = (await makeWorkspace()).actor;
  return () => receiver.close();
});

test("a change is delivered with its facts, signed in both forms", async () => {
  const subscription = await createSubscription(actor, {
    endpointUrl: `${receiver.origin}/hooks`,
    eventTypes: ["api_key.*"],
    signingSecret,
  });
  const { key } = await makeKey(actor, { name: "nightly build" });
  await revokeApiKey(actor, key.id);
  await waitUntil("both events have arrived", async () => receiver.received.length >= 2);

  const [created, revoked] = receiver.received.map(({ body }) => JSON.parse(body));
  expect(created).toMatchObject({
    type: "api_key.created",
    workspaceId: actor.workspaceId,
    data: {
      key: { id: key.id, name: "nightly build", revokedAt: null },
      actor: { type: "user", id: actor.userId },
    },
  });
  expect(revoked).toMatchObject({
    type: "api_key.revoked",
    data: { key: { id: key.id, revokedAt: expect.any(String) } },
  });
  for (const { body, headers } of receiver.received)
    new Webhook(standardSecret(Buffer.from(signingSecret))).verify(body, headers as Record<string, string>);

  const isDelivered = async () =>
    (await listDeliveries(actor, subscription.id, { limit: 10 })).deliveries.every(
      ({ status }) => status === "delivered",
    );
  await waitUntil("both are stored as delivered", isDelivered);
});
