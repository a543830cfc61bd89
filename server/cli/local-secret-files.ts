import { AppError } from "@/lib/contracts/app-error";
import { inTransaction } from "@/lib/engine/postgres/in-transaction";
import { runtime } from "@/lib/server/runtime";
import {
  addLocalSecret,
  type LocalSecret,
  localSecretFile,
  readLocalSecrets,
  removeEarlierLocalSecrets,
} from "../local-secrets";

const timeoutMs = 10_000;

/** The secrets that this server keeps in DATA_DIR, because the environment doesn't have them. */
export function localSecretNames(): LocalSecret[] {
  const { encryptionKeys, authSecret } = runtime().env;
  return [
    ...(encryptionKeys.length === 0 ? (["encryption-key"] as const) : []),
    ...(authSecret === null ? (["auth-secret"] as const) : []),
  ];
}

/**
 * Makes new secrets in DATA_DIR and uses them in this process. The previous ones stay, as the second in each file.
 * @returns The names of the files.
 * @throws AppError `conflict` while there is an earlier encryption key, which something may still need.
 */
export async function generateLocalSecrets(): Promise<LocalSecret[]> {
  const server = runtime();
  const { dataDir } = server.env;
  // Two commands at once would each make a key, and one of the two would be lost.
  return inTransaction(server.pool, timeoutMs, async (client) => {
    await client.query("SELECT pg_advisory_xact_lock(hashtextextended('secrets rotate', 0))");
    // Read now: another command may just have made one.
    if (
      localSecretNames().includes("encryption-key") &&
      readLocalSecrets(dataDir, "encryption-key").length > 1
    )
      throw new AppError(
        "conflict",
        `${localSecretFile(dataDir, "encryption-key")} has an earlier key already. Run secrets rotate --remove-earlier first.`,
      );
    const names = localSecretNames();
    for (const name of names) {
      const secrets = addLocalSecret(dataDir, name);
      if (name === "auth-secret") server.authSecrets = secrets;
      else server.encryptionKeys = secrets.map((secret) => Buffer.from(secret, "base64"));
    }
    return names;
  });
}

export function removeEarlierSecrets(): void {
  for (const name of localSecretNames()) removeEarlierLocalSecrets(runtime().env.dataDir, name);
}
