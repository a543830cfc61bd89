import { createReadStream, existsSync } from "node:fs";
import path from "node:path";
import { AppError } from "@/lib/contracts/app-error";
import type { BackupHeader, BackupPart } from "@/lib/server/backups/backup-parts";
import { ByteReader } from "@/lib/server/backups/byte-reader";
import { decodeBackup } from "@/lib/server/backups/decode-backup";
import { decryptWithAge, isAgeFile } from "@/lib/server/backups/decrypt-with-age";
import { encryptionKeyId } from "@/lib/server/encryption-keys/encryption-key-id";
import type { Env } from "@/lib/server/env";
import { requireIdentities } from "./backup-keys";
import { encryptionKeyFile, findEncryptionKeys } from "./database-access";

export type BackupSource = { from: string; identity?: string; keysAreLost?: boolean };

/** @returns The header of a backup, and its other parts, which are not certain before the last one was read. */
export async function openBackup(
  source: BackupSource,
  env: Env,
): Promise<{ header: BackupHeader; parts: AsyncGenerator<BackupPart> }> {
  const parts = decodeBackup(await readFrom(source), (id) => keyOf(id, env, source.keysAreLost));
  const first = await parts.next();
  return { header: (first.value as BackupPart & { kind: "header" }).header, parts };
}

/** @returns Its bytes, decrypted if necessary. */
async function readFrom({ from, identity }: BackupSource): Promise<ByteReader> {
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

/** @throws AppError `conflict` if the environment doesn't have the key, before anything else is read. */
function keyOf(id: string, env: Env, areLost = false): Buffer | null {
  const key = findEncryptionKeys(env).find((one) => encryptionKeyId(one) === id);
  if (key) return key;
  if (areLost) return null;
  throw new AppError(
    "conflict",
    `ENCRYPTION_KEYS doesn't have the key of this backup (${id}), which decrypts authenticator apps and signing secrets. Set the ENCRYPTION_KEYS of the server that made it, or copy its ${path.basename(encryptionKeyFile(env))} to ${encryptionKeyFile(env)}. If there is no copy of the key: --keys-are-lost.`,
  );
}
