import { mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, inject, test, vi } from "vitest";
import { recipientText } from "@/lib/server/backups/age-keys";
import { listTables, sqlName } from "@/lib/server/backups/database-tables";
import { inSnapshot } from "@/lib/server/chains/in-snapshot";
import { sealAuditEvents } from "@/lib/server/chains/seal-audit-events";
import { verifyAccessLog } from "@/lib/server/chains/verify-access-log";
import { verifyAudit } from "@/lib/server/chains/verify-audit";
import { openSecret } from "@/lib/server/events/secret-seal";
import { changeApiKey } from "@/lib/server/keys/change-api-key";
import { revokeApiKey } from "@/lib/server/keys/revoke-api-key";
import { queueMail } from "@/lib/server/mail/queue-mail";
import { db, runtime } from "@/lib/server/runtime";
import { takeTotpCode } from "@/lib/server/second-factors/totp-code";
import { untilCopied } from "@/tests/database/access-log-writer";
import { administer, withDatabase } from "@/tests/database/database-url";
import { expectCounted } from "@/tests/database/expect-counted";
import { useRuntime } from "@/tests/database/runtime";
import { makeAuthenticator } from "@/tests/factories/authenticator";
import { makeSubscription } from "@/tests/factories/event-subscriptions";
import { makeKey, makeSessionCookie, makeWorkspace } from "@/tests/factories/factories";
import { withAnotherRuntime } from "@/tests/processes/another-runtime";
import { useKeyApi } from "@/tests/processes/key-api-server";
import { expectDone, expectFailed, useKeywardCommand } from "@/tests/processes/keyward-command";
import { waitUntil } from "@/tests/wait-until";
import { requireIdentities, requireRecipients, writeNewKey } from "./backup-keys";

const encryptionKeys = Buffer.from(Array.from({ length: 32 }, (_, index) => index + 1)).toString("base64");
const settings = {
  ENCRYPTION_KEYS: encryptionKeys,
  WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8",
  RATE_LIMIT_PER_MINUTE: "1000000",
};
useRuntime(settings, { jobs: false });
const call = useKeyApi();
const keyward = useKeywardCommand();
// Each command starts a process that loads the whole program.
vi.setConfig({ testTimeout: 90_000 });

const folder = mkdtempSync(path.join(tmpdir(), "keyward-backup-"));
const name = `keyward_restored_${process.pid}`;
afterAll(() => administer(inject("postgresUrl"), `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));

const me = (secret: string) => call("/api/public/v1/me", { headers: { "x-api-key": secret } });

/** A digest of each table's rows, whatever their order. Of those that a server or a restore changes by itself, none. */
async function digests(): Promise<Record<string, string>> {
  const changing =
    /^(access_log|limits)\.|^decisions\.in|^chains\.audit|^public\.(audit_events|sessions|mailed_links)$/;
  const client = await runtime().pool.connect();
  try {
    const tables = (await listTables(client)).filter((table) => !changing.test(table.name));
    const found: Record<string, string> = {};
    for (const table of tables) {
      const { rows } = await client.query(
        `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, chr(10) ORDER BY t::text)), '') AS digest FROM ${sqlName(table)} t`,
      );
      found[table.name] = rows[0].digest;
    }
    return found;
  } finally {
    client.release();
  }
}

async function numberOf(text: string): Promise<number> {
  return Number((await runtime().pool.query<{ number: string }>(text)).rows[0]?.number);
}

test("a backup that was taken while serving restores elsewhere: keys, factors, secrets and logs are as before", async () => {
  const { workspace, owner, actor } = await makeWorkspace();
  const [key, revoked] = [await makeKey(actor), await makeKey(actor)];
  await revokeApiKey(actor, revoked.key.id);
  const authenticator = await makeAuthenticator(owner.id);
  const subscriptionId = await makeSubscription(actor);
  await db().workspace.update({ where: { id: workspace.id }, data: { requireTwoStep: true } });
  await db().$transaction((transaction) =>
    queueMail(transaction, { to: owner.email, subject: "Queued", paragraphs: ["a\tb\\c\nd"] }),
  );
  await makeSessionCookie(owner);
  await sealAuditEvents();
  const identity = path.join(folder, "identity");
  const recipient = await writeNewKey(identity);
  const file = path.join(folder, "keyward.backup");

  let isTaken = false;
  const serve = async (statuses: number[] = []) => {
    while (!isTaken) statuses.push((await me(key.secret)).status);
    return statuses;
  };
  const serving = serve();
  const env = { ENCRYPTION_KEYS: encryptionKeys };
  const taken = await keyward(["database", "backup", "--to", file, "--encrypt-to", recipient, "--json"], {
    env,
  });
  isTaken = true;
  const statuses = await serving;
  expectDone(taken);
  expect(statuses.length).toBeGreaterThan(10);
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(taken.json).toMatchObject({ file, encrypted_to: [recipient], bytes: statSync(file).size });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file).includes(owner.email)).toBe(false);

  const source = ["--from", file, "--identity", identity];
  const verified = await keyward(["database", "verify-backup", ...source, "--json"], { env });
  expectDone(verified);
  const { rows, taken_at } = taken.json as { rows: number; taken_at: string };
  expect(verified.json).toMatchObject({ verified: true, rows, taken_at });

  await administer(inject("postgresUrl"), `CREATE DATABASE ${name}`);
  const target = { ...env, DATABASE_URL: withDatabase(runtime().env.databaseUrl as string, name) };
  const restored = await keyward(["database", "restore", ...source, "--json"], { env: target });
  expectDone(restored);
  expect(restored.json).toMatchObject({ decrypts_everything: true, left_out: [], ends_sessions: true });
  expectFailed(
    await keyward(["database", "restore", ...source], { env: target }),
    /This database is in use: \S+ and \d+ more/,
  );

  const before = await digests();
  const oldEpoch = await numberOf("SELECT epoch AS number FROM decisions.invalidation_head");
  const oldMail = await numberOf("SELECT max(id) AS number FROM mail.outbox");
  await withAnotherRuntime(
    { ...settings, ...target, DATA_DIR: mkdtempSync(path.join(tmpdir(), "keyward-test-")) },
    async ({ engine }) => {
      expect(await digests()).toEqual(before);
      expect(Object.keys(before)).toEqual(
        expect.arrayContaining([
          "public.api_keys",
          "public.totp_factors",
          "public.event_subscriptions",
          "mail.outbox",
        ]),
      );
      // The log has what the watermarks say, under the old seals.
      const entries = await numberOf("SELECT count(*) AS number FROM access_log.entries");
      expect(entries).toBe(await numberOf("SELECT sum(drained_seq) AS number FROM access_log.writers"));
      await inSnapshot(async (client, other) => {
        expect(await verifyAccessLog(client, other)).toMatchObject({ findings: [], entries });
        expect(await verifyAudit(client, null)).toMatchObject({ findings: [] });
      });
      expect(await expectCounted()).toBeGreaterThan(0);

      expect((await me(key.secret)).status).toBe(200);
      expect((await me(revoked.secret)).json).toMatchObject({ error: { code: "revoked_key" } });
      expect(
        await db().$transaction((transaction) => takeTotpCode(transaction, owner.id, authenticator.code())),
      ).toBe(true);
      const subscription = await db().eventSubscription.findUniqueOrThrow({ where: { id: subscriptionId } });
      expect(openSecret(subscriptionId, subscription.sealedSecret)?.toString()).toBe(
        "a secret of the receiver",
      );
      expect(await db().workspace.findUniqueOrThrow({ where: { id: workspace.id } })).toMatchObject({
        requireTwoStep: true,
      });
      expect(await db().session.count()).toBe(0);
      expect(await db().auditEvent.count({ where: { action: "database.restored" } })).toBe(1);

      // What instances remember of the old database is void, and nothing gets a number that it may have given out.
      const epoch = await numberOf("SELECT pruned_to AS number FROM decisions.invalidation_head");
      expect(epoch).toBeGreaterThan(oldEpoch + 100_000);
      await db().$transaction((transaction) =>
        queueMail(transaction, { to: owner.email, subject: "New", paragraphs: [] }),
      );
      expect(await numberOf("SELECT max(id) AS number FROM mail.outbox")).toBeGreaterThan(oldMail + 100_000);
      // Triggers are on again: a change is sealed and told, and takes effect whoever makes it.
      const events = await numberOf("SELECT count(*) AS number FROM events.events");
      await changeApiKey(actor, key.key.id, { name: "restored" });
      expect(await numberOf("SELECT count(*) AS number FROM events.events")).toBe(events + 1);
      await db().apiKey.update({ where: { id: key.key.id }, data: { revokedAt: new Date() } });
      await waitUntil("the key is denied", async () => (await me(key.secret)).status === 401);
      await sealAuditEvents();
      await untilCopied(engine.accessLog);
      await inSnapshot(async (client, other) => {
        expect(await verifyAudit(client, null)).toMatchObject({ findings: [] });
        expect((await verifyAccessLog(client, other)).entries).toBeGreaterThan(entries);
      });
    },
  );
});

test("keys for backups are files that age reads, and anything else is refused without repeating it", async () => {
  const file = path.join(folder, "new-key");
  const recipient = await writeNewKey(file);
  expect(readFileSync(file, "utf8")).toMatch(
    new RegExp(`^# created: \\S+\n# public key: ${recipient}\nAGE-SECRET-KEY-1\\S{58}\n$`),
  );
  const [identity] = requireIdentities(file);
  expect(recipientText(identity?.publicKey as Buffer)).toBe(recipient);
  expect(requireRecipients(recipient)).toEqual([identity?.publicKey]);
  expect(() => requireRecipients(file)).toThrow(
    /new-key has a line that isn't a public key, such as age1….$/,
  );
  expect(() => requireRecipients("age1nothing")).toThrow("neither a public key");
  expect(() => requireIdentities(path.join(folder, "none"))).toThrow("can't be read (ENOENT)");
});
