import { createReadStream, existsSync } from "node:fs";
import path from "node:path";
import { AppError } from "@/lib/contracts/app-error";
import type { BackupHeader, BackupPart } from "@/lib/server/backups/backup-parts";
import { ByteReader } from "@/lib/server/backups/byte-reader";
import { decodeBackup } from "@/lib/server/backups/decode-backup";
import { decryptWithAge, isAgeFile } from "@/lib/server/backups/decrypt-with-age";
import type { Loaded } from "@/lib/server/backups/load-backup";
import { recordRestore } from "@/lib/server/backups/record-restore";
import { restoreDatabase } from "@/lib/server/backups/restore-database";
import { encryptionKeyId } from "@/lib/server/encryption-keys/encryption-key-id";
import { type Env, parseEnv } from "@/lib/server/env";
import { findUnreadableSecrets } from "@/lib/server/events/unreadable-secrets";
import { runtime } from "@/lib/server/runtime";
import { findUnreadable } from "@/lib/server/second-factors/unreadable-secrets";
import { projectRoot } from "../start-runtime";
import { requireIdentities } from "./backup-keys";
import { withProgress } from "./backup-progress";
import { action, type Print } from "./command-action";
import { encryptionKeyFile, findEncryptionKeys, withDatabaseUrl } from "./database-access";

type Options = { from: string; identity?: string; keysAreLost?: boolean; json?: boolean };

export async function restore(options: Options): Promise<void> {
  const env = parseEnv(process.env);
  const parts = decodeBackup(await openBackup(options), (id) => keyOf(id, env, options.keysAreLost));
  const first = await parts.next();
  const { header } = first.value as BackupPart & { kind: "header" };
  const migrations = path.join(projectRoot(), "prisma/migrations");
  const loaded = await withDatabaseUrl(env, true, (url) =>
    restoreDatabase(url, migrations, header, withProgress(parts, options.json)),
  );
  // Only now: a start makes keys and joins the logs, for which the database must not be empty.
  await action<Options>((_, print) => finish(header, loaded, print))(options);
}

/** @returns The bytes of the backup, decrypted if necessary. */
async function openBackup({ from, identity }: Options): Promise<ByteReader> {
  if (from !== "-" && !existsSync(from)) throw new AppError("invalid_request", `${from} doesn't exist.`);
  const reader = new ByteReader(from === "-" ? process.stdin : createReadStream(from));
  if (!(await isAgeFile(reader))) return reader;
  if (identity === undefined)
    throw new AppError(
      "invalid_request",
      "This backup is encrypted. Add --identity with the file of its secret key.",
    );
  return new ByteReader(decryptWithAge(reader, requireIdentities(identity)));
}

/** @throws AppError `conflict` if the environment doesn't have the key, before anything is restored. */
function keyOf(id: string, env: Env, areLost = false): Buffer | null {
  const key = findEncryptionKeys(env).find((one) => encryptionKeyId(one) === id);
  if (key) return key;
  if (areLost) return null;
  throw new AppError(
    "conflict",
    `ENCRYPTION_KEYS doesn't have the key of this backup (${id}), which decrypts authenticator apps and signing secrets. Set the ENCRYPTION_KEYS of the server that made it, or copy its ${path.basename(encryptionKeyFile(env))} to ${encryptionKeyFile(env)}. If there is no copy of the key: --keys-are-lost.`,
  );
}

/** Everything is in place. Says what the backup can't have. */
async function finish(header: BackupHeader, loaded: Loaded, print: Print): Promise<void> {
  await recordRestore(header.takenAt, header.keyward);
  const { authenticators, mails } = await findUnreadable();
  const signingSecrets = await findUnreadableSecrets();
  const unreadable = authenticators.length + mails.length + signingSecrets.length;
  const isReadable = unreadable === 0 && runtime().chainKeys !== null;
  print(
    {
      backup_taken_at: header.takenAt,
      rows: loaded.rows,
      left_out: loaded.unknownTables,
      decrypts_everything: isReadable,
      ends_sessions: true,
    },
    [
      `Restored ${loaded.rows.toLocaleString("en-US")} rows as of ${header.takenAt}.`,
      ...loaded.unknownTables.map((name) => `Left out ${name}, which isn't a table of Keyward.`),
      isReadable
        ? "ENCRYPTION_KEYS decrypts everything in it."
        : 'ENCRYPTION_KEYS can\'t decrypt all of it. See encryption-keys check, and docs/security.md, "Lost encryption keys".',
      "Everyone has to sign in again.",
      `What changed after ${header.takenAt} is not in it, not even revocations. docs/backup.md says how to find and repeat them before you start the server.`,
    ].join("\n"),
  );
}
