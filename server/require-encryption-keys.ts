import { EnvError } from "@/lib/server/env";
import { openSecret } from "@/lib/server/events/secret-seal";
import { mailSeal } from "@/lib/server/mail/queue-mail";
import type { Runtime } from "@/lib/server/runtime";
import { unseal } from "@/lib/server/seal";
import { totpContext } from "@/lib/server/second-factors/totp-code";

type Sealed = { sealed: Uint8Array; userId: string | null; subscriptionId: string | null };

/**
 * Tries to decrypt the oldest and the newest encrypted values with ENCRYPTION_KEYS, so that a lost key is noticed at startup, not
 * by users who can't sign in. A database without encrypted values passes.
 * @throws EnvError when one of them can't be decrypted.
 */
export async function requireEncryptionKeys({ env, pool, log, chainKeys }: Runtime): Promise<void> {
  const { rows } = await pool.query<Sealed>(
    `(SELECT secret AS sealed, user_id AS "userId", NULL AS "subscriptionId" FROM totp_factors ORDER BY created_at LIMIT 1)
     UNION ALL (SELECT secret, user_id, NULL FROM totp_factors ORDER BY created_at DESC LIMIT 1)
     UNION ALL (SELECT sealed_secret, NULL, id FROM event_subscriptions ORDER BY id LIMIT 1)
     UNION ALL (SELECT sealed_secret, NULL, id FROM event_subscriptions ORDER BY id DESC LIMIT 1)
     UNION ALL (SELECT sealed, NULL, NULL FROM mail.outbox ORDER BY id DESC LIMIT 1)`,
  );
  if (rows.every(opens)) {
    // Seals are evidence of what happened, and nothing depends on them: no server may stop deciding because it can't make them.
    if (chainKeys === null)
      log.warn(
        "ENCRYPTION_KEYS can't decrypt the keys that the logs are sealed with: this process writes entries without seals. Use the same ENCRYPTION_KEYS for all servers of a database",
      );
    return;
  }
  throw new EnvError(
    env.encryptionKeys.length > 0
      ? 'ENCRYPTION_KEYS can\'t decrypt the data in this database. Add the earlier key at the end of the list. If it is lost: docs/security.md, "Lost encryption keys"'
      : `the encryption key in ${env.dataDir}/secrets can't decrypt the data in this database. Set DATA_DIR to the folder that was used before, or ENCRYPTION_KEYS to its key. If it is lost: docs/security.md, "Lost encryption keys"`,
  );
}

function opens({ sealed, userId, subscriptionId }: Sealed): boolean {
  if (subscriptionId !== null) return openSecret(subscriptionId, sealed) !== null;
  try {
    unseal(sealed, userId === null ? mailSeal : totpContext(userId));
    return true;
  } catch {
    return false;
  }
}
