import { expect, test } from "vitest";
import { dumpDatabase } from "@/tests/database/dump-database";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { receiverCa, startEventReceiver } from "@/tests/peers/event-receiver";
import { useBundle } from "@/tests/processes/bundle";
import { startDecisionProcess } from "@/tests/processes/decision-process";
import { waitUntil } from "@/tests/wait-until";
import { mailSeal } from "../mail/queue-mail";
import { db, runtime } from "../runtime";
import { unseal } from "../seal";
import { sealSecret } from "./secret-seal";

useRuntime({}, { jobs: false });
const api = useBundle("tests/processes/key-api-process.ts");
const sender = useBundle("tests/processes/event-process.ts");

test("S27 a signing secret is in no log, table, mail, request or later answer", async () => {
  const { actor } = await makeWorkspace();
  const { secret: key } = await makeKey(actor);
  const receiver = await startEventReceiver();
  const settings = {
    LOG_LEVEL: "trace",
    WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8",
    NODE_EXTRA_CA_CERTS: receiverCa,
  };
  const [server, deliverer] = [
    await startDecisionProcess(api(), settings),
    await startDecisionProcess(sender(), settings),
  ];
  const [first, second] = ["canary-of-the-receiver-1", "canary-of-the-receiver-2"];
  const setting: string[] = [];
  const others: string[] = [];
  const path = "/api/public/v1/event-subscriptions";
  const send = async (into: string[], method: string, at: string, body?: object) => {
    const answer = await fetch(`${server.origin}${path}${at}`, {
      method,
      headers: { "x-api-key": key, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    into.push(`${JSON.stringify([...answer.headers])} ${text}`);
    return { status: answer.status, headers: answer.headers, json: JSON.parse(text || "null") };
  };
  try {
    const input = { endpointUrl: `${receiver.origin}/`, eventTypes: ["api_key.*"], signingSecret: first };
    const made = await send(setting, "POST", "", input);
    expect([made.status, made.headers.get("cache-control")]).toEqual([201, "no-store"]);
    const at = `/${made.json.id}`;
    const changed = await send(setting, "PATCH", at, { signingSecret: second });
    expect([changed.status, changed.headers.get("cache-control")]).toEqual([200, "no-store"]);

    // What is refused: the same secret again, in wrong fields, and one that is too long.
    await send(others, "PATCH", at, { signingSecret: second });
    await send(others, "PATCH", at, { eventTypes: [second], filters: { keyIds: [first] } });
    await send(others, "POST", "", { ...input, signingSecret: first.repeat(20) });
    await send(others, "POST", "", { ...input, extra: true });
    await send(others, "PATCH", at, {
      endpointUrl: "https://127.0.0.1:1/",
      signingSecret: first,
      status: "x",
    });
    for (const read of ["", at, `${at}/deliveries`]) await send(others, "GET", read);
    const { json: tested } = await send(others, "POST", `${at}/test`);
    await waitUntil("the test event has arrived, and that is stored", async () => {
      const { rows } = await runtime().pool.query("SELECT FROM events.deliveries WHERE status = 'delivered'");
      return rows.length > 0;
    });
    receiver.answer(() => ({ status: 410 }));
    await send(others, "POST", `${at}/deliveries/${tested.id}/retry`);
    await waitUntil(
      "it is paused",
      async () => (await db().eventSubscription.count({ where: { status: "paused" } })) === 1,
    );
    await send(others, "GET", `${at}/deliveries/${tested.id}`);
    // Errors of ours are logged with what caused them.
    await db().$executeRaw`ALTER TABLE event_subscriptions RENAME COLUMN updated_at TO updated_away`;
    const failed = await send(others, "PATCH", at, { signingSecret: first });
    expect(failed.status).toBeGreaterThanOrEqual(500);
    await db().$executeRaw`ALTER TABLE event_subscriptions RENAME COLUMN updated_away TO updated_at`;

    const mails = await db().$queryRaw<{ sealed: Uint8Array }[]>`SELECT sealed FROM mail.outbox`;
    expect(mails.length).toBeGreaterThan(0);
    await Promise.all([server.stop(), deliverer.stop()]);
    const places = {
      log: (await server.output()) + (await deliverer.output()),
      tables: await dumpDatabase(),
      mails: mails.map(({ sealed }) => unseal(sealed, mailSeal).toString()).join("\n"),
      requests: JSON.stringify(receiver.received),
      answers: others.join("\n"),
    };
    expect(places.log).toContain("a request failed");
    expect(places.tables).toContain(made.json.id);
    for (const secret of [first, second])
      for (const spelling of ["utf8", "base64", "hex"] as const)
        for (const [place, text] of Object.entries(places))
          expect(
            text.includes(Buffer.from(secret).toString(spelling).replace(/=+$/, "")),
            `${place}, ${spelling}`,
          ).toBe(false);
    // The answers that set them show them in the form of Standard Webhooks, and no other does.
    expect(setting.map((text) => text.includes("whsec_"))).toEqual([true, true]);
    expect(others.join("")).not.toContain("whsec_");
  } finally {
    await Promise.all([server.kill(), deliverer.kill(), receiver.close()]);
  }
}, 60_000);

test("a sealed secret is bound to its subscription, and each sealing differs", () => {
  const sealed = Buffer.from(sealSecret("sub_1", "a secret of the receiver"));
  expect(sealed.equals(Buffer.from(sealSecret("sub_1", "a secret of the receiver")))).toBe(false);
  expect(() => unseal(sealed, "event_subscription:sub_2")).toThrow();
  expect(unseal(sealed, "event_subscription:sub_1").toString()).toBe("a secret of the receiver");
});
