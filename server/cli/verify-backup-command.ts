import { parseEnv } from "@/lib/server/env";
import { withProgress } from "./backup-progress";
import { type BackupSource, openBackup } from "./open-backup";

/** Reads a backup to its end. Needs no database. @throws AppError `invalid_request` if it isn't whole. */
export async function verifyBackup({ json, ...source }: BackupSource & { json?: boolean }): Promise<void> {
  const { header, parts } = await openBackup(source, parseEnv(process.env));
  let rows = 0;
  for await (const part of withProgress(parts, json)) if (part.kind === "end") rows += part.rows;
  const document = { verified: true, taken_at: header.takenAt, version: header.keyward, rows };
  const counted = `${rows.toLocaleString("en-US")} rows of ${header.tables.length} tables`;
  console.log(
    json
      ? JSON.stringify(document)
      : `${source.from} is whole: ${counted} as of ${header.takenAt}, by Keyward ${header.keyward}.`,
  );
}
