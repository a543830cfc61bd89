import { request } from "node:https";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventSnippetLanguages } from "@/lib/client/event-snippets";
import type { MemberActor } from "@/lib/server/actor";
import { Deliverer } from "@/lib/server/events/deliverer";
import { getDelivery, listDeliveries } from "@/lib/server/events/deliveries";
import { createSubscription, updateSubscription } from "@/lib/server/events/manage-subscriptions";
import { signatureHeaders } from "@/lib/server/events/sign-delivery";
import { revokeApiKey } from "@/lib/server/keys/revoke-api-key";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { type SnippetReceiver, startSnippet } from "@/tests/peers/snippet-receiver";
import { waitUntil } from "@/tests/wait-until";

useRuntime({ WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8" });

let deliverer: Deliverer;
beforeAll(() => {
  deliverer = new Deliverer(runtime().log);
  deliverer.start();
});
afterAll(() => deliverer.stop());

const secret = "the secret of a receiver";

describe.each(eventSnippetLanguages)("the %s receiver", (language) => {
  let receiver: SnippetReceiver;
  let actor: MemberActor;
  let subscriptionId: string;
  beforeAll(async () => {
    receiver = await startSnippet(language, secret);
    actor = (await makeWorkspace()).actor;
    const endpointUrl = `${receiver.origin}/keyward`;
    const input = { endpointUrl, eventTypes: ["api_key.*"], signingSecret: secret };
    subscriptionId = (await createSubscription(actor, input)).id;
    return () => receiver.close();
  });

  test("accepts what Keyward sends, also while the secret is being changed", async () => {
    const { key } = await makeKey(actor, { name: "naïve 鍵" });
    await waitUntilDelivered(1);
    await updateSubscription(actor, subscriptionId, { signingSecret: "the secret that comes after it" });
    await revokeApiKey(actor, key.id);
    await waitUntilDelivered(2);
    const { deliveries } = await listDeliveries(actor, subscriptionId, { limit: 10 });
    expect(deliveries.map(({ lastStatus, attemptCount }) => [lastStatus, attemptCount])).toEqual([
      [204, 1],
      [204, 1],
    ]);
    const revoked = deliveries[0] as { id: string };
    const { attempts } = await getDelivery(actor, subscriptionId, revoked.id);
    expect(attempts[0]?.signature).toMatch(/^t=\d+,v1=[0-9a-f]{64},v1=[0-9a-f]{64}$/);
    const handled = deliveries.map(({ type, eventId }) => `${type} ${eventId}`);
    expect(receiver.handled()).toEqual(handled.reverse());
  });

  test("refuses what is forged, altered, too old or from the future, and handles a repeated delivery once", async () => {
    const id = "evt_01kb3m8xz5q7s9v2y4a6c8e1gj";
    const body = JSON.stringify({ id, type: "api_key.revoked", data: {} });
    const signed = (key: string, seconds = Date.now() / 1000) =>
      signatureHeaders([Buffer.from(key)], id, body, Math.floor(seconds));
    const genuine = signed(secret);
    const signature = genuine["X-Keyward-Signature"];
    const statuses = [
      await send(body, signed("another secret of someone")),
      await send(body.replace("revoked", "created"), genuine),
      await send(body, signed(secret, Date.now() / 1000 - 310)),
      await send(body, signed(secret, Date.now() / 1000 + 310)),
      await send(body, {}),
      await send(body, { "X-Keyward-Signature": signature.replace(/t=\d+/, "t=") }),
      await send(body, { "X-Keyward-Signature": signature.replace(/t=\d+/, "t=1²") }),
      await send(body, { "X-Keyward-Signature": signature.replace(/t=\d+,/, "") }),
      await send(body, { "X-Keyward-Signature": signature.slice(0, -1) }),
      await send(body, { "X-Keyward-Signature": `${signature.slice(0, -1)}é` }),
      await send(body, { "X-Keyward-Signature": "t=nan,v1,=,v1=" }),
      await send("", genuine),
    ];
    expect(statuses).toEqual(statuses.map(() => 401));
    const before = receiver.handled();
    expect([await send(body, genuine), await send(body, genuine)]).toEqual([204, 204]);
    expect(receiver.handled()).toEqual([...before, `api_key.revoked ${id}`]);
  });

  test("doesn't start without a secret, because anyone could sign with an empty one", async () => {
    await expect(startSnippet(language, "")).rejects.toThrow("Set SIGNING_SECRET.");
  });

  async function waitUntilDelivered(count: number): Promise<void> {
    await waitUntil(`${count} events are delivered`, async () => {
      const query = { status: "delivered", limit: 10 } as const;
      return (await listDeliveries(actor, subscriptionId, query)).deliveries.length === count;
    });
  }

  function send(body: string, headers: Record<string, string>): Promise<number> {
    return new Promise((resolve, reject) => {
      const sent = request(`${receiver.origin}/keyward`, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          "Content-Length": Buffer.byteLength(body),
          ...headers,
        },
      });
      sent.on("response", (response) => {
        response.resume();
        resolve(response.statusCode as number);
      });
      sent.on("error", reject);
      sent.end(body);
    });
  }
});
