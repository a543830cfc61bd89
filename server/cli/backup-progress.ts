import type { BackupPart } from "@/lib/server/backups/backup-parts";
import { createProgressLine } from "./progress-line";

/** Passes the parts on, and tells on standard error how much has passed. */
export async function* withProgress(
  parts: AsyncIterable<BackupPart>,
  json = false,
): AsyncGenerator<BackupPart> {
  const progress = json && !process.stderr.isTTY ? null : createProgressLine(process.stderr);
  let bytes = 0;
  let table = "";
  try {
    for await (const part of parts) {
      if (part.kind === "table") table = part.name;
      if (part.kind === "rows") bytes += part.bytes.length;
      progress?.update(() => `${Math.round(bytes / 1e6).toLocaleString("en-US")} MB, at ${table}`);
      yield part;
    }
  } finally {
    progress?.end();
  }
}
