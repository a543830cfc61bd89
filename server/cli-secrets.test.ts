import { randomBytes } from "node:crypto";
import { expect, test, vi } from "vitest";
import { encryptionKeyId } from "@/lib/server/encryption-keys/encryption-key-id";
import { tellEncryptionKeys } from "@/lib/server/encryption-keys/instance-keys";
import { db, runtime } from "@/lib/server/runtime";
import { takeTotpCode } from "@/lib/server/second-factors/totp-code";
import { useRuntime } from "@/tests/database/runtime";
import { makeAuthenticator } from "@/tests/factories/authenticator";
import { makeWorkspace } from "@/tests/factories/factories";
import { type Ended, expectDone, expectFailed, useKeywardCommand } from "@/tests/processes/keyward-command";
import { generateLocalSecrets } from "./cli/local-secret-files";
import { readLocalSecrets } from "./local-secrets";

useRuntime({}, { jobs: false });
const keyward = useKeywardCommand();
// Each command starts a process that loads the whole program.
vi.setConfig({ testTimeout: 60_000 });

const nothing = {
  authenticators: 0,
  signing_secrets: 0,
  previous_signing_secrets: 0,
  log_seal_keys: 0,
  queued_mails: 0,
};

/** What the running server has, after a restart with these keys. */
async function restartWith(keys: string[]): Promise<void> {
  runtime().encryptionKeys = keys.map((key) => Buffer.from(key, "base64"));
  await runtime().pool.query("DELETE FROM secrets.instance_keys");
  await tellEncryptionKeys(runtime());
}

const rotate = (keys: string[], ...options: string[]): Promise<Ended> =>
  keyward(["secrets", "rotate", "--json", ...options], { env: { ENCRYPTION_KEYS: keys.join(",") } });

test("keys in DATA_DIR are replaced: made, used after a restart, and the earlier one removed", async () => {
  const { dataDir } = runtime().env;
  const [old = ""] = readLocalSecrets(dataDir, "encryption-key");
  const { owner } = await makeWorkspace();
  const { code } = await makeAuthenticator(owner.id);
  await runtime().pool.query("DELETE FROM mail.outbox");
  await restartWith([old]);

  const made = await keyward(["secrets", "rotate", "--generate"]);
  expectDone(made);
  expect(made.stdout).toBe(
    "Made a new encryption-key and a new auth-secret in DATA_DIR.\nRestart the server now: 1 running instance didn't start with the new key. Then run secrets rotate again, without --generate.\n",
  );
  const keys = readLocalSecrets(dataDir, "encryption-key");
  expect(keys).toHaveLength(2);
  expect(keys.indexOf(old)).toBe(1);
  expect(readLocalSecrets(dataDir, "auth-secret")).toHaveLength(2);
  // Otherwise the earlier key, which everything is encrypted with, would be lost.
  await expect(generateLocalSecrets()).rejects.toThrow("encryption-key has an earlier key already");
  // The server doesn't have the new key yet.
  expectFailed(await rotate([], "--remove-earlier"), /1 running instance didn't start with the key/);
  expect(readLocalSecrets(dataDir, "encryption-key")).toEqual(keys);

  await restartWith(keys);
  const removed = await rotate([], "--remove-earlier");
  expectDone(removed);
  expect(removed.json).toMatchObject({
    keys: keys.map((key, index) => ({
      id: encryptionKeyId(Buffer.from(key, "base64")),
      encrypts: index === 0,
    })),
    encrypted_again: { ...nothing, authenticators: 1, log_seal_keys: 3 },
    under_earlier_keys: nothing,
    unreadable: nothing,
    earlier_keys_can_be_removed: true,
    earlier_keys_removed: true,
  });
  expect(readLocalSecrets(dataDir, "encryption-key")).toEqual(keys.slice(0, 1));
  expect(readLocalSecrets(dataDir, "auth-secret")).toHaveLength(1);
  await restartWith(keys.slice(0, 1));
  const taken = db().$transaction((transaction) => takeTotpCode(transaction, owner.id, code()));
  expect(await taken).toBe(true);
});

test("ENCRYPTION_KEYS are replaced instance by instance, and an earlier one can go when no instance encrypts with it", async () => {
  const [old = ""] = readLocalSecrets(runtime().env.dataDir, "encryption-key");
  const fresh = randomBytes(32).toString("base64");
  expectFailed(
    await rotate([fresh, old], "--generate"),
    /--generate is for keys that are kept in DATA_DIR, but ENCRYPTION_KEYS is set/,
  );
  // The instance can decrypt with the new key, and still encrypts with the old one.
  await restartWith([old, fresh]);
  const early = await rotate([fresh, old]);
  expectDone(early);
  expect(early.json).toMatchObject({
    encrypted_again: { authenticators: 1, log_seal_keys: 3 },
    instances: { running: 1, without_first_key: 0, encrypting_with_another: 1 },
    earlier_keys_can_be_removed: false,
  });
  await restartWith([fresh, old]);
  const done = await keyward(["secrets", "rotate"], { env: { ENCRYPTION_KEYS: `${fresh},${old}` } });
  expectDone(done);
  expect(done.stdout).toMatch(
    /^Encrypted again with the key [0-9a-f]{12}: nothing\.\nNothing needs the earlier keys any more: you can remove them\./,
  );
  // What no key decrypts is left as it is, and the command fails after it has said the rest.
  await runtime().pool.query("INSERT INTO mail.outbox (sealed) VALUES (decode(repeat('00', 60), 'hex'))");
  await restartWith([fresh]);
  const failed = await rotate([fresh]);
  expect(failed).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^No key decrypts 1 queued mail\. They were left as they are.*\n$/),
    json: { unreadable: { ...nothing, queued_mails: 1 }, earlier_keys_can_be_removed: false },
  });
});
