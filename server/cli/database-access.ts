import { existsSync } from "node:fs";
import path from "node:path";
import { AppError } from "@/lib/contracts/app-error";
import { resolveSslMode } from "@/lib/server/database";
import type { Env } from "@/lib/server/env";
import { acquireEmbeddedPostgres } from "../embedded-postgres/embedded-postgres";
import { localSecretFile, readLocalSecrets } from "../local-secrets";

/**
 * Gives `work` the URL of the server's database as it is: unlike `action`, it applies no migrations and adds no rows.
 * @param mayCreate Whether an embedded PostgreSQL may be created in DATA_DIR.
 */
export async function withDatabaseUrl<Result>(
  env: Env,
  mayCreate: boolean,
  work: (url: string) => Promise<Result>,
): Promise<Result> {
  if (env.databaseUrl) return work(await resolveSslMode(env.databaseUrl));
  if (!mayCreate && !existsSync(path.join(env.dataDir, "postgres")))
    throw new AppError(
      "conflict",
      `There is no database in ${env.dataDir}. Run this with the server's DATA_DIR or DATABASE_URL.`,
    );
  const embedded = await acquireEmbeddedPostgres({
    dataDir: env.dataDir,
    log: (sentence) => console.error(sentence),
  });
  try {
    return await work(embedded.url);
  } finally {
    await embedded.release({ linger: true });
  }
}

/** The file in which a local server keeps the encryption keys that it generated. */
export function encryptionKeyFile(env: Env): string {
  return localSecretFile(env.dataDir, "encryption-key");
}

/** The encryption keys of the server's environment, the current one first. Unlike a start, it generates none. */
export function findEncryptionKeys(env: Env): Buffer[] {
  const isGenerated = env.encryptionKeys.length === 0 && existsSync(encryptionKeyFile(env));
  const texts = isGenerated ? readLocalSecrets(env.dataDir, "encryption-key") : env.encryptionKeys;
  return texts.map((text) => Buffer.from(text, "base64"));
}
