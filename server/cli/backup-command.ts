import { AppError } from "@/lib/contracts/app-error";
import type { ClientBase } from "@/lib/engine/postgres/client";
import { recipientText } from "@/lib/server/backups/age-keys";
import type { BackupHeader, BackupPart } from "@/lib/server/backups/backup-parts";
import { encodeBackup } from "@/lib/server/backups/encode-backup";
import { encryptWithAge } from "@/lib/server/backups/encrypt-with-age";
import { withPatientClient } from "@/lib/server/backups/patient-client";
import { takeBackup } from "@/lib/server/backups/take-backup";
import { writeWholeFile } from "@/lib/server/backups/write-whole-file";
import { chainKeySeal } from "@/lib/server/chains/chain-keys";
import { encryptionKeyId } from "@/lib/server/encryption-keys/encryption-key-id";
import { type Env, parseEnv } from "@/lib/server/env";
import { unseal } from "@/lib/server/seal";
import { programVersion } from "@/lib/server/version";
import { requireRecipients } from "./backup-keys";
import { withProgress } from "./backup-progress";
import { encryptionKeyFile, findEncryptionKeys, withDatabaseUrl } from "./database-access";

type Options = { to: string; encryptTo: string[]; force?: boolean; json?: boolean };
type Taken = { header: BackupHeader; rows: number; size: number };

export async function backUp({ to, encryptTo, force = false, json }: Options): Promise<void> {
  const env = parseEnv(process.env);
  const recipients = encryptTo.flatMap(requireRecipients);
  const keys = findEncryptionKeys(env);
  const taken = await withDatabaseUrl(env, false, (url) =>
    withPatientClient(url, async (client): Promise<Taken> => {
      const key = await requireRightKey(client, keys);
      const taken: Partial<Taken> & { rows: number } = { rows: 0 };
      const facts = { keyward: programVersion, encryptionKeyId: encryptionKeyId(key) };
      const bytes = encodeBackup(noting(withProgress(takeBackup(client, facts), json), taken), key);
      const size = await writeWholeFile(
        to,
        recipients.length > 0 ? encryptWithAge(bytes, recipients) : bytes,
        force,
      );
      return { ...taken, header: taken.header as BackupHeader, size };
    }),
  );
  const { header, rows, size } = taken;
  const keep = listOfWhatToKeep(env, header, recipients);
  const document = {
    file: to,
    bytes: size,
    taken_at: header.takenAt,
    tables: header.tables.length,
    rows,
    encrypted_to: recipients.map(recipientText),
    keep_elsewhere: keep,
  };
  console.log(json ? JSON.stringify(document) : textOf(document));
}

/**
 * A backup whose data can't be decrypted would be noticed too late.
 * @returns The current key, with which the backup is signed.
 */
async function requireRightKey(client: ClientBase, keys: Buffer[]): Promise<Buffer> {
  const { rows } = await client
    .query<{ id: string; sealed: Buffer }>("SELECT id, sealed FROM chains.keys")
    .catch(() => {
      throw new AppError(
        "conflict",
        "This database has no data of Keyward, or of a version without backups.",
      );
    });
  const [key] = keys;
  const opens = ({ id, sealed }: { id: string; sealed: Buffer }) => {
    try {
      return unseal(sealed, chainKeySeal(id), keys).length > 0;
    } catch {
      return false;
    }
  };
  if (!key || !rows.every(opens))
    throw new AppError(
      "conflict",
      "ENCRYPTION_KEYS can't decrypt the data of this database, so a restore couldn't either. Run this with the server's environment.",
    );
  return key;
}

/** Passes the parts on, and notes what the report says. */
async function* noting(
  parts: AsyncIterable<BackupPart>,
  taken: Partial<Taken> & { rows: number },
): AsyncGenerator<BackupPart> {
  for await (const part of parts) {
    if (part.kind === "header") taken.header = part.header;
    if (part.kind === "end") taken.rows += part.rows;
    yield part;
  }
}

function listOfWhatToKeep(env: Env, { encryptionKeyId }: BackupHeader, recipients: Buffer[]): string[] {
  const where = env.encryptionKeys.length > 0 ? "" : `, which are in ${encryptionKeyFile(env)}`;
  return [
    `ENCRYPTION_KEYS${where} (the first has the id ${encryptionKeyId}). A restore needs them: without them authenticator apps, signing secrets and queued mail can't be decrypted`,
    "the other settings of the server, with the secrets of providers, mail and service tokens. A new AUTH_SECRET does no harm: only sign-ins that are under way start again",
    "the folder spool in the DATA_DIR of each instance: entries of the access log that PostgreSQL doesn't have yet, normally those of the last second",
    ...(recipients.length > 0 ? ["the secret key of the backup: without it nobody can read the file"] : []),
  ];
}

function textOf(document: {
  file: string;
  bytes: number;
  taken_at: string;
  tables: number;
  rows: number;
  encrypted_to: string[];
  keep_elsewhere: string[];
}): string {
  const count = (number: number) => number.toLocaleString("en-US");
  return [
    `Wrote ${document.file}: ${count(document.rows)} rows of ${document.tables} tables as of ${document.taken_at}, ${count(document.bytes)} bytes.`,
    document.encrypted_to.length > 0
      ? `Encrypted to ${document.encrypted_to.join(", ")}.`
      : "It is not encrypted: it has names, addresses, the logs, and hashes of passwords. Add --encrypt-to to encrypt it.",
    "The backup doesn't have these. Keep them elsewhere:",
    ...document.keep_elsewhere.map((one) => `- ${one}.`),
  ].join("\n");
}
