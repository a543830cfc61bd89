import { readdirSync } from "node:fs";
import { AppError } from "@/lib/contracts/app-error";
import { migrate } from "../migrate";
import type { BackupHeader, BackupPart } from "./backup-parts";
import { appliedMigrations, listTables, sqlName } from "./database-tables";
import { type Loaded, loadBackup } from "./load-backup";
import { withPatientClient } from "./patient-client";
import { requireEmpty } from "./require-empty";

type Options = Parameters<typeof loadBackup>[3];

/**
 * Restores a backup into an empty database: applies the migrations that the backup's database had, loads it, and applies the others.
 * If it fails before the end of the loading, the database is as empty as before and the restore can be repeated. A migration that fails
 * afterwards is tried again by the next start.
 * @param migrations The folder of this version's migrations.
 */
export async function restoreDatabase(
  url: string,
  migrations: string,
  header: BackupHeader,
  parts: AsyncGenerator<BackupPart>,
  options: Options = {},
): Promise<Loaded> {
  requireKnownMigrations(header, migrations);
  return withPatientClient(url, async (client) => {
    // Before anything is changed: it might be the wrong database.
    await requireEmpty(client, await listTables(client));
    const extra = (await appliedMigrations(client)).find((name) => !header.migrations.includes(name));
    if (extra)
      throw new AppError(
        "conflict",
        `This database is empty, but a later version of Keyward has prepared it (${extra}). Restore into a new one.`,
      );
    await migrate(url, migrations, { only: header.migrations });
    const loaded = await loadBackup(client, header, parts, options);
    await migrate(url, migrations);
    // Until then, PostgreSQL would plan as if the tables were empty.
    await client.query("SET statement_timeout = 0");
    await client.query(`ANALYZE ${(await listTables(client)).map(sqlName).join(", ")}`);
    return loaded;
  });
}

function requireKnownMigrations({ keyward, migrations }: BackupHeader, folder: string): void {
  const known = new Set(readdirSync(folder));
  const unknown = migrations.find((name) => !known.has(name));
  if (unknown)
    throw new AppError(
      "invalid_request",
      `This backup was made by Keyward ${keyward}, which is newer than this version (${unknown} is unknown). Restore it with that version or a later one.`,
    );
}
