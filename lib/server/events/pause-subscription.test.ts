import { beforeEach, expect, test } from "vitest";
import type { CreateSubscriptionInput } from "@/lib/contracts/event-subscription-input";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeServiceMember, makeWorkspace, nowhere } from "@/tests/factories/factories";
import type { KeyActor, MemberActor } from "../actor";
import type { ApiKey } from "../generated/prisma/client";
import { reportLeaks } from "../keys/leak-reports";
import { revokeApiKey } from "../keys/revoke-api-key";
import { type Mail, mailSeal } from "../mail/queue-mail";
import { db, runtime } from "../runtime";
import { unseal } from "../seal";
import type { AttemptOutcome } from "./delivery-store";
import { createSubscription, updateSubscription } from "./manage-subscriptions";
import { pauseAfterFailures } from "./pause-subscription";

useRuntime({}, { jobs: false });
beforeEach(() => db().$executeRaw`DELETE FROM mail.outbox`);

const signingSecret = "a secret of the receiver";
const endpointUrl = "https://8.8.8.8/hooks/a-path-that-is-secret";
const create = (actor: MemberActor | KeyActor, input: Partial<CreateSubscriptionInput> = {}) =>
  createSubscription(actor, {
    endpointUrl,
    eventTypes: ["api_key.*", "event_subscription.*"],
    signingSecret,
    ...input,
  });
const rowOf = (id: string) => db().eventSubscription.findUniqueOrThrow({ where: { id } });
const failed = (subscriptionId: string, status: number, url = endpointUrl): AttemptOutcome => ({
  id: "dlv_1",
  subscriptionId,
  endpointUrl: url,
  takenUntil: new Date().toISOString(),
  attempt: {
    ...{ at: new Date().toISOString(), latencyMs: 1, status, answer: "", signature: "" },
    error: `It answered ${status}.`,
  },
  status: "pending",
  delayMs: 1,
  retryAfterMs: null,
});
const failingSince = (id: string, hours: number) =>
  db().eventSubscription.update({
    where: { id },
    data: {
      failures: 9,
      failingSince: new Date(Date.now() - hours * 3_600_000),
      lastError: "It answered 500.",
    },
  });
const keyActor = (owner: MemberActor, key: ApiKey) =>
  ({
    ...owner,
    type: "key",
    keyId: key.id,
    ownerId: key.ownerId,
    permissionLevel: "read_write",
    environment: "production",
  }) as unknown as KeyActor;

async function queuedMails(): Promise<Mail[]> {
  const rows = await db().$queryRaw<{ sealed: Uint8Array }[]>`SELECT sealed FROM mail.outbox ORDER BY id`;
  return rows
    .map(({ sealed }) => JSON.parse(unseal(sealed, mailSeal).toString()) as Mail)
    .filter(({ subject }) => subject === "An event subscription was paused");
}
/** The types of the events that wait for a subscription, with their data. */
async function waitingFor(subscriptionId: string) {
  const { rows } = await runtime().pool.query<{ body: string }>(
    "SELECT e.body FROM events.deliveries d JOIN events.events e ON e.id = d.event_id WHERE d.subscription_id = $1 ORDER BY d.id",
    [subscriptionId],
  );
  return rows.map(({ body }) => JSON.parse(body) as { type: string; data: Record<string, unknown> });
}

test("an endpoint that failed for 24 hours is paused once, with an audit event, an event and a mail to its owner", async () => {
  const { actor, workspace } = await makeWorkspace({ name: "Acme" });
  const admin = await makeMember(workspace, "admin");
  const { id } = await create(admin.actor);
  const other = await create(actor, { eventTypes: ["event_subscription.paused"] });
  await failingSince(id, 23.9);
  await pauseAfterFailures([failed(id, 500)]);
  expect((await rowOf(id)).status).toBe("active");

  await failingSince(id, 24.1);
  // As instances do at the same time.
  await Promise.all([1, 2, 3].map(() => pauseAfterFailures([failed(id, 500), failed(id, 500)])));
  expect(await rowOf(id)).toMatchObject({
    status: "paused",
    pausedBecause: "failing",
    pausedAt: expect.any(Date),
  });
  const events = await db().auditEvent.findMany({
    where: { action: "event_subscription.paused", targetId: id },
  });
  expect(events).toMatchObject([
    { actorType: "system", workspaceId: workspace.id, details: { because: "failing" } },
  ]);
  expect(await waitingFor(other.id)).toMatchObject([
    {
      type: "event_subscription.paused",
      data: { subscription: { id, endpointUrl }, because: "failing", lastError: "It answered 500." },
    },
  ]);
  const mails = await queuedMails();
  expect(mails).toMatchObject([
    { to: admin.user.email, action: { path: `/${workspace.slug}/settings/api/event-subscriptions` } },
  ]);
  const text = mails[0]?.paragraphs.join("\n") ?? "";
  expect(text).toContain("Its endpoint has failed for 24 hours. The last attempt failed: It answered 500");
  // The path of an endpoint can be all that protects it.
  expect(text).not.toContain("a-path-that-is-secret");
});

test("410 pauses at once; an answer of an earlier endpoint, and one after a success, don't", async () => {
  const { actor, owner } = await makeWorkspace();
  const [gone, moved, answered] = [await create(actor), await create(actor), await create(actor)];
  await pauseAfterFailures([
    failed(gone.id, 410),
    failed(moved.id, 410, "https://8.8.4.4/earlier"),
    failed(answered.id, 500),
  ]);
  expect(await rowOf(gone.id)).toMatchObject({ status: "paused", pausedBecause: "gone" });
  expect((await queuedMails()).map(({ to }) => to)).toEqual([owner.email]);
  for (const { id } of [moved, answered]) expect((await rowOf(id)).status).toBe("active");
});

test("the mail goes to the workspace's owners if the subscription has no owner who is an active member", async () => {
  const { actor, owner, workspace } = await makeWorkspace();
  const admin = await makeMember(workspace, "admin");
  await makeMember(workspace, "admin");
  const service = await makeServiceMember(actor, "admin");
  const pausedFor = async (ownerId: string | null) => {
    const { id } = await create(actor);
    await db().eventSubscription.update({ where: { id }, data: { ownerId } });
    await pauseAfterFailures([failed(id, 410)]);
    return (await queuedMails()).at(-1)?.to;
  };
  const isSuspended = (suspendedAt: Date | null) =>
    db().member.updateMany({ where: { userId: admin.user.id }, data: { suspendedAt } });
  expect(await pausedFor(admin.user.id)).toBe(admin.user.email);
  expect(await pausedFor(null)).toBe(owner.email);
  expect(await pausedFor(service.userId)).toBe(owner.email);
  await isSuspended(new Date());
  expect(await pausedFor(admin.user.id)).toBe(owner.email);
  await isSuspended(null);
  await db().member.deleteMany({ where: { userId: admin.user.id } });
  expect(await pausedFor(admin.user.id)).toBe(owner.email);
  expect(await queuedMails()).toHaveLength(5);
});

test("S33 when a key is exposed, the subscriptions that it made are paused with it, also those of keys that it made", async () => {
  const { actor } = await makeWorkspace();
  const { key, secret } = await makeKey(actor, { name: "leaky", canManageKeys: true });
  const child = (await makeKey(actor)).key;
  const revokedChild = (await makeKey(actor)).key;
  await db().apiKey.updateMany({
    where: { id: { in: [child.id, revokedChild.id] } },
    data: { createdByType: "key", createdById: key.id },
  });
  const unrelated = (await makeKey(actor)).key;
  const made = await Promise.all([key, child, revokedChild].map((by) => create(keyActor(actor, by))));
  const kept = [await create(actor), await create(keyActor(actor, unrelated))];
  await revokeApiKey(actor, revokedChild.id);
  await revokeApiKey(actor, unrelated.id);
  // A revocation changes nothing.
  for (const { id } of [...made, ...kept]) expect((await rowOf(id)).status).toBe("active");

  await reportLeaks([{ text: secret }], { ip: null, userAgent: null, requestId: null });
  await runtime().background.finish();
  for (const { id } of made)
    expect(await rowOf(id)).toMatchObject({ status: "paused", pausedBecause: "key_exposed" });
  for (const { id } of kept) expect((await rowOf(id)).status).toBe("active");
  expect(await queuedMails()).toHaveLength(made.length);
  const told = (await waitingFor(kept[0]?.id ?? "")).map(({ type }) => type);
  expect(told).toContain("api_key.exposed");
  expect(told.filter((type) => type === "event_subscription.paused")).toHaveLength(made.length);
});

test("S33 when a key is exposed, a subscription is paused whose endpoint or secret it changed, but not for another change", async () => {
  const { actor } = await makeWorkspace();
  const { key, secret } = await makeKey(actor);
  const [moved, secretChanged, other, untouched] = [
    await create(actor),
    await create(actor),
    await create(actor),
    await create(actor),
  ];
  const byKey = keyActor(actor, key);
  await updateSubscription(byKey, moved.id, { endpointUrl: "https://8.8.4.4/elsewhere" });
  await updateSubscription(byKey, secretChanged.id, { signingSecret: "another person's secret" });
  await updateSubscription(byKey, other.id, { eventTypes: ["api_key.revoked"] });
  await updateSubscription(actor, untouched.id, { endpointUrl: "https://8.8.4.4/elsewhere" });
  await reportLeaks([{ text: secret }], nowhere);
  await runtime().background.finish();
  const states = await Promise.all([moved, secretChanged, other, untouched].map(({ id }) => rowOf(id)));
  expect(states.map(({ status }) => status)).toEqual(["paused", "paused", "active", "active"]);
});

test("S33 a subscription that an exposed key redirected and paused names the leak as the reason, and its owner gets one mail", async () => {
  const { actor, owner } = await makeWorkspace();
  const { key, secret } = await makeKey(actor);
  const { id } = await create(actor);
  const byKey = keyActor(actor, key);
  await updateSubscription(byKey, id, { endpointUrl: "https://8.8.4.4/elsewhere", status: "paused" });
  expect((await rowOf(id)).pausedBecause).toBe("person");
  for (let report = 0; report < 2; report += 1) {
    await reportLeaks([{ text: secret }], nowhere);
    await runtime().background.finish();
  }
  expect(await rowOf(id)).toMatchObject({ status: "paused", pausedBecause: "key_exposed" });
  expect((await queuedMails()).map(({ to }) => to)).toEqual([owner.email]);
});

test("S33 a key that is exposed while it creates or resumes a subscription leaves none that is active", async () => {
  const { actor } = await makeWorkspace();
  for (let round = 0; round < 5; round += 1) {
    const { key, secret } = await makeKey(actor);
    const byKey = keyActor(actor, key);
    const earlier = await create(byKey);
    const changes = Array.from({ length: 4 }, async (_, index) => {
      if (index % 2 === 0) return create(byKey);
      return updateSubscription(byKey, earlier.id, { status: "active", eventTypes: [`api_key.*`] });
    });
    const exposed = reportLeaks([{ text: secret }], nowhere).then(() => runtime().background.finish());
    const refused = (await Promise.allSettled(changes)).filter((result) => result.status === "rejected");
    for (const { reason } of refused) expect(reason).toMatchObject({ code: "insufficient_permissions" });
    await exposed;
    const active = await db().eventSubscription.count({ where: { createdById: key.id, status: "active" } });
    expect(active).toBe(0);
    await expect(updateSubscription(byKey, earlier.id, { status: "active" })).rejects.toMatchObject({
      code: "insufficient_permissions",
    });
    await db().eventSubscription.deleteMany();
  }
});
