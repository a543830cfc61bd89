import { randomBytes } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeAuthenticator } from "@/tests/factories/authenticator";
import { makeSubscription } from "@/tests/factories/event-subscriptions";
import { makeWorkspace } from "@/tests/factories/factories";
import { waitUntil } from "@/tests/wait-until";
import { loadChainKeys } from "../chains/chain-keys";
import { updateSubscription } from "../events/manage-subscriptions";
import { openSecret, sealSecret } from "../events/secret-seal";
import type { Prisma } from "../generated/prisma/client";
import { mailSeal, queueMail } from "../mail/queue-mail";
import { db, runtime } from "../runtime";
import { seal } from "../seal";
import { takeTotpCode } from "../second-factors/totp-code";
import { countSealed, type SealedCounts, underEarlierKeys } from "./count-sealed";
import { reseal } from "./reseal";
import { sealedKinds } from "./sealed-columns";

useRuntime({ WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8" }, { jobs: false });

/** Everything is encrypted with a key that is now the second. */
beforeEach(async () => {
  const { pool } = runtime();
  await pool.query("DELETE FROM totp_factors; DELETE FROM mail.outbox; DELETE FROM event_subscriptions");
  await reseal(() => {});
  runtime().encryptionKeys = [randomBytes(32), runtime().encryptionKeys[0] as Buffer];
});

const quietly = () => reseal(() => {});
const earlierOf = (counts: SealedCounts) =>
  Object.fromEntries(sealedKinds.map((kind) => [kind, underEarlierKeys(counts[kind])]));

/** Runs with only the first key, as after the earlier ones were removed. */
async function withFirstKeyOnly(work: () => Promise<void>): Promise<void> {
  const keys = runtime().encryptionKeys;
  runtime().encryptionKeys = keys.slice(0, 1);
  try {
    await work();
  } finally {
    runtime().encryptionKeys = keys;
  }
}

/** Encrypts with the second key, as an instance does that doesn't have the first yet. */
function sealByEarlierKey(plain: string, context: string): Buffer {
  return seal(Buffer.from(plain), context, runtime().encryptionKeys.slice(1));
}

async function queueByEarlierKey(count: number): Promise<void> {
  const mails = Array.from({ length: count }, (_, index) => sealByEarlierKey(`mail ${index}`, mailSeal));
  await runtime().pool.query("INSERT INTO mail.outbox (sealed) SELECT unnest($1::bytea[])", [mails]);
}

test("everything that an earlier key encrypts is encrypted with the first, and needs no other key", async () => {
  const { actor, owner } = await makeWorkspace();
  const { pool, encryptionKeys } = runtime();
  runtime().encryptionKeys = encryptionKeys.slice(1);
  const { code } = await makeAuthenticator(owner.id);
  const id = await makeSubscription(actor);
  await updateSubscription(actor, id, { signingSecret: "another secret of the receiver" });
  await pool.query("DELETE FROM mail.outbox");
  await db().$transaction((transaction) =>
    queueMail(transaction, { to: owner.email, subject: "Waits", paragraphs: [] }),
  );
  runtime().encryptionKeys = encryptionKeys;
  const all = {
    authenticators: 1,
    signing_secrets: 1,
    previous_signing_secrets: 1,
    log_seal_keys: 3,
    queued_mails: 1,
  };
  expect(earlierOf(await countSealed())).toEqual(all);

  const progress: unknown[] = [];
  expect(await reseal((...told) => progress.push(told))).toEqual(all);
  expect(progress).toEqual(sealedKinds.map((kind) => [kind, all[kind], all[kind]]));

  for (const count of Object.values(await countSealed()))
    expect(count).toMatchObject({ byKey: [expect.any(Number), 0], unreadable: 0 });
  await withFirstKeyOnly(async () => {
    // The seals of the logs stay valid.
    expect(await loadChainKeys(pool, runtime().encryptionKeys)).toEqual(runtime().chainKeys);
    const { sealedSecret, sealedPreviousSecret } = await db().eventSubscription.findUniqueOrThrow({
      where: { id },
    });
    expect(openSecret(id, sealedSecret)?.toString()).toBe("another secret of the receiver");
    expect(openSecret(id, sealedPreviousSecret as Uint8Array)?.toString()).toBe("a secret of the receiver");
    expect(await db().$transaction((transaction) => takeTotpCode(transaction, owner.id, code()))).toBe(true);
  });
  // Nothing is left to do.
  expect(Object.values(await quietly()).every((count) => count === 0)).toBe(true);
});

test("it can be stopped at any moment, and goes on with what is left", async () => {
  await queueByEarlierKey(600);
  const stopped = reseal((kind) => {
    if (kind === "queued_mails") throw new Error("stopped");
  });
  await expect(stopped).rejects.toThrow("stopped");
  expect((await countSealed()).queued_mails).toEqual({ byKey: [500, 100], unreadable: 0 });
  expect(await quietly()).toMatchObject({ queued_mails: 100 });
  expect((await countSealed()).queued_mails).toEqual({ byKey: [600, 0], unreadable: 0 });
});

test("two at once encrypt each value once", async () => {
  await queueByEarlierKey(60);
  const [one, other] = await Promise.all([quietly(), quietly()]);
  expect(one.queued_mails + other.queued_mails).toBe(60);
  expect((await countSealed()).queued_mails).toEqual({ byKey: [60, 0], unreadable: 0 });
});

test("a value that is changed at the same time keeps the change", async () => {
  const { actor } = await makeWorkspace();
  const id = await makeSubscription(actor);
  const { pool } = runtime();
  await db().eventSubscription.update({
    where: { id },
    data: { sealedSecret: Uint8Array.from(sealByEarlierKey("before", `event_subscription:${id}`)) },
  });
  const writer = await pool.connect();
  try {
    await writer.query("BEGIN");
    await writer.query("UPDATE event_subscriptions SET sealed_secret = $2 WHERE id = $1", [
      id,
      sealSecret(id, "after"),
    ]);
    const resealed = quietly();
    await waitUntil("the other waits for the row", async () => {
      const { rows } = await pool.query<{ waits: boolean }>(
        `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock') AS waits`,
      );
      return rows[0]?.waits === true;
    });
    await writer.query("COMMIT");
    expect(await resealed).toMatchObject({ signing_secrets: 0 });
  } finally {
    writer.release();
  }
  const { sealedSecret } = await db().eventSubscription.findUniqueOrThrow({ where: { id } });
  expect(openSecret(id, sealedSecret)?.toString()).toBe("after");
});

test("S12 a code is accepted although its secret is encrypted again at the same time, and only once", async () => {
  const { owner } = await makeWorkspace();
  runtime().encryptionKeys.reverse();
  const { code } = await makeAuthenticator(owner.id);
  runtime().encryptionKeys.reverse();
  let reads = 0;
  const racing = {
    totpFactor: {
      findUnique: async (args: Prisma.TotpFactorFindUniqueArgs) => {
        const found = await db().totpFactor.findUnique(args);
        reads += 1;
        if (reads === 1) expect(await quietly()).toMatchObject({ authenticators: 1 });
        return found;
      },
      updateMany: (args: Prisma.TotpFactorUpdateManyArgs) => db().totpFactor.updateMany(args),
    },
  } as unknown as Prisma.TransactionClient;
  const presented = code();
  expect(await takeTotpCode(racing, owner.id, presented)).toBe(true);
  expect(await takeTotpCode(racing, owner.id, presented)).toBe(false);
});

test("what no key decrypts stays as it is, and is counted", async () => {
  const foreign = seal(Buffer.from("of a lost key"), mailSeal, [randomBytes(32)]);
  await runtime().pool.query("INSERT INTO mail.outbox (sealed) VALUES ($1)", [foreign]);
  expect(await quietly()).toMatchObject({ queued_mails: 0 });
  expect((await countSealed()).queued_mails).toEqual({ byKey: [0, 0], unreadable: 1 });
  const { rows } = await runtime().pool.query("SELECT sealed FROM mail.outbox");
  expect(rows).toEqual([{ sealed: foreign }]);
});
