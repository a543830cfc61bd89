import { randomBytes } from "node:crypto";
import { expect, test, vi } from "vitest";
import { updateSubscription } from "@/lib/server/events/manage-subscriptions";
import { discardUnreadableSecrets, findUnreadableSecrets } from "@/lib/server/events/unreadable-secrets";
import { queueMail } from "@/lib/server/mail/queue-mail";
import { db, runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeAuthenticator } from "@/tests/factories/authenticator";
import { makeSubscription } from "@/tests/factories/event-subscriptions";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { withAnotherRuntime } from "@/tests/processes/another-runtime";
import { useKeyApi } from "@/tests/processes/key-api-server";
import { expectDone, expectFailed, useKeywardCommand } from "@/tests/processes/keyward-command";
import { requireEncryptionKeys } from "./require-encryption-keys";

const [lost, fresh] = [randomBytes(32).toString("base64"), randomBytes(32).toString("base64")];
useRuntime({ ENCRYPTION_KEYS: lost, WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8" }, { jobs: false });
const call = useKeyApi();
const keyward = useKeywardCommand();
// Each command starts a process that loads the whole program.
vi.setConfig({ testTimeout: 60_000 });

const run = (args: string[], keys: string) =>
  keyward(["encryption-keys", ...args, "--json"], { env: { ENCRYPTION_KEYS: keys } });
const nothing = { authenticators: [], signing_secrets: [], queued_mails: 0, seals: false };

test("after the encryption keys are lost, what they encrypted is found and removed, and everything else keeps working", async () => {
  const [first, second, third] = [await makeWorkspace(), await makeWorkspace(), await makeWorkspace()];
  for (const { owner } of [first, second]) await makeAuthenticator(owner.id);
  // A second factor that needs no encryption key.
  await db().user.update({ where: { id: second.owner.id }, data: { emailCodesAt: new Date() } });
  await db().$transaction((transaction) =>
    queueMail(transaction, { to: third.owner.email, subject: "Lost", paragraphs: [] }),
  );
  const { secret } = await makeKey(first.actor);
  const subscriptionId = await makeSubscription(third.actor);
  const queued = async () => (await runtime().pool.query("SELECT FROM mail.outbox")).rows.length;
  const mails = await queued();
  const people = [first, second].map(({ owner }) => ({ user_id: owner.id, email: owner.email }));
  const found = {
    authenticators: expect.arrayContaining(people),
    signing_secrets: [{ subscription_id: subscriptionId, workspace_id: third.workspace.id }],
    queued_mails: mails,
    seals: true,
  };

  const withBoth = await run(["check"], `${fresh},${lost}`);
  expectDone(withBoth);
  expect(withBoth.json).toMatchObject({
    ...nothing,
    keys: [
      { encrypts: true, decrypts: { authenticators: 0, signing_secrets: 0, queued_mails: 0 } },
      { encrypts: false, decrypts: { authenticators: 2, signing_secrets: 1, queued_mails: mails } },
    ],
  });
  const checked = await run(["check"], fresh);
  expectDone(checked);
  expect(checked.json).toMatchObject(found);

  expectFailed(
    await run(["discard-unreadable"], fresh),
    /This would remove 2 authenticator apps, 1 signing secret, \d queued mails? and the seals of the logs\. Add --keys-are-lost/,
  );
  expect((await run(["check"], fresh)).json).toMatchObject(found);

  const discarded = await run(["discard-unreadable", "--keys-are-lost"], fresh);
  expectDone(discarded);
  expect(discarded.json).toEqual(found);
  expect((await run(["check"], fresh)).json).toMatchObject(nothing);
  expect(await db().totpFactor.count()).toBe(0);
  const codesOf = (userId: string) => db().recoveryCode.count({ where: { userId } });
  expect([await codesOf(first.owner.id), await codesOf(second.owner.id)]).toEqual([0, 10]);
  expect(
    await db().auditEvent.count({
      where: { targetId: first.owner.id, action: "account.authenticator_turned_off", actorName: "Operator" },
    }),
  ).toBeGreaterThan(0);
  // All three get mails that the new key can decrypt.
  expect(await queued()).toBe(3);
  const subscription = await db().eventSubscription.findUniqueOrThrow({ where: { id: subscriptionId } });
  expect(subscription).toMatchObject({ status: "paused", pausedBecause: "secret_lost" });
  expect((await call("/api/public/v1/me", { headers: { "x-api-key": secret } })).status).toBe(200);
});

test("a start with keys that can't decrypt the signing secrets is refused, and setting a new secret needs no old one", async () => {
  const { actor } = await makeWorkspace();
  await runtime().pool.query(
    "DELETE FROM totp_factors; DELETE FROM mail.outbox; DELETE FROM event_subscriptions",
  );
  const id = await makeSubscription(actor);
  await runtime().pool.query("DELETE FROM mail.outbox");
  await requireEncryptionKeys(runtime());
  await withAnotherRuntime({ ENCRYPTION_KEYS: `${fresh},${lost}` }, () => requireEncryptionKeys(runtime()));
  // The keys of the seals are readable.
  await runtime().pool.query("TRUNCATE chains.keys");
  await withAnotherRuntime({ ENCRYPTION_KEYS: fresh, WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8" }, async () => {
    await expect(requireEncryptionKeys(runtime())).rejects.toThrow("ENCRYPTION_KEYS can't decrypt");
    const signingSecret = "another secret of the receiver";
    const changed = await updateSubscription(actor, id, { signingSecret });
    // The old one can't sign, so it isn't kept.
    expect(changed.sealedPreviousSecret).toBeNull();
    await requireEncryptionKeys(runtime());
  });
});

test("a previous signing secret that can't be decrypted is removed without pausing the subscription", async () => {
  const { actor } = await makeWorkspace();
  await db().eventSubscription.deleteMany();
  const id = await makeSubscription(actor);
  await db().eventSubscription.update({
    where: { id },
    data: { sealedPreviousSecret: Buffer.from("of an earlier key") },
  });
  expect(await findUnreadableSecrets()).toMatchObject([{ subscriptionId: id, isCurrent: false }]);
  await discardUnreadableSecrets(await findUnreadableSecrets());
  expect(await db().eventSubscription.findUniqueOrThrow({ where: { id } })).toMatchObject({
    ...{ status: "active", sealedPreviousSecret: null },
  });
});
