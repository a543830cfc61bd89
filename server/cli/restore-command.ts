import path from "node:path";
import type { BackupHeader } from "@/lib/server/backups/backup-parts";
import type { Loaded } from "@/lib/server/backups/load-backup";
import { recordRestore } from "@/lib/server/backups/record-restore";
import { restoreDatabase } from "@/lib/server/backups/restore-database";
import { parseEnv } from "@/lib/server/env";
import { findUnreadableSecrets } from "@/lib/server/events/unreadable-secrets";
import { runtime } from "@/lib/server/runtime";
import { findUnreadable } from "@/lib/server/second-factors/unreadable-secrets";
import { projectRoot } from "../start-runtime";
import { withProgress } from "./backup-progress";
import { action, type Print } from "./command-action";
import { withDatabaseUrl } from "./database-access";
import { type BackupSource, openBackup } from "./open-backup";

type Options = BackupSource & { json?: boolean };

export async function restore(options: Options): Promise<void> {
  const env = parseEnv(process.env);
  const { header, parts } = await openBackup(options, env);
  const migrations = path.join(projectRoot(), "prisma/migrations");
  const loaded = await withDatabaseUrl(env, true, (url) =>
    restoreDatabase(url, migrations, header, withProgress(parts, options.json)),
  );
  // Only now: a start makes keys and joins the logs, for which the database must not be empty.
  await action<Options>((_, print) => finish(header, loaded, print))(options);
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
