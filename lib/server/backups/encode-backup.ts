import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { deflateRaw } from "node:zlib";
import { formatName, formatVersion, frame, jsonFrame } from "./backup-frames";
import type { BackupPart } from "./backup-parts";
import { signBackup } from "./sign-backup";

/** Level 6 takes twice the processor time for a tenth less. */
const compression = { level: 3 };

/**
 * Writes a backup as bytes ([036](../../../docs/decisions/036-backups-of-our-own.md)). The last frame has the SHA-256 of everything
 * before it and a signature, so that a file that was cut off or changed anywhere is refused.
 */
export async function* encodeBackup(
  parts: AsyncIterable<BackupPart>,
  encryptionKey: Uint8Array,
): AsyncGenerator<Buffer> {
  const hash = createHash("sha256");
  const first = Buffer.from(`${formatName} ${formatVersion}\n`);
  hash.update(first);
  yield first;
  let rows = 0;
  for await (const part of parts) {
    if (part.kind === "end") rows += part.rows;
    const bytes = await encodePart(part);
    hash.update(bytes);
    yield bytes;
  }
  const digest = hash.digest();
  const signature = signBackup(encryptionKey, digest).toString("hex");
  yield jsonFrame("trailer", { rows, sha256: digest.toString("hex"), signature });
}

async function encodePart(part: BackupPart): Promise<Buffer> {
  switch (part.kind) {
    case "header":
      return jsonFrame("header", part.header);
    case "table":
      return jsonFrame("table", { name: part.name });
    case "rows":
      // In another thread, so that the connection is read in the meantime.
      return frame("rows", await promisify(deflateRaw)(part.bytes, compression));
    case "end":
      return jsonFrame("end", { rows: part.rows });
  }
}
