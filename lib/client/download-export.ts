import type { ExportFormat } from "@/lib/contracts/export-format";
import { queryString } from "./query-string";
import { countRecords } from "./record-counter";

export type ExportProgress = { rows: number; bytes: number };

const incomplete = "The connection was cut before the export was complete. Nothing was saved. Try again.";

/**
 * Downloads an export. The server cuts the connection if anything fails, and what resolves is complete.
 * @throws Error with a message for people; the signal's reason if it was aborted.
 */
export async function downloadExport(
  path: string,
  query: Record<string, string | undefined>,
  format: ExportFormat,
  signal: AbortSignal,
  onProgress: (progress: ExportProgress) => void,
): Promise<Blob> {
  const answer = await fetch(`${path}${queryString({ ...query, format })}`, { signal });
  if (!answer.ok || !answer.body) {
    const body = (await answer.json().catch(() => null)) as { error?: { message?: string } } | null;
    throw new Error(body?.error?.message ?? "The export couldn’t be started. Try again.");
  }
  const records = countRecords(format);
  const parts: BlobPart[] = [];
  let bytes = 0;
  const reader = answer.body.getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      parts.push(read.value as BlobPart);
      records.add(read.value);
      bytes += read.value.byteLength;
      onProgress({ rows: records.rows(), bytes });
    }
    records.requireComplete();
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Error(incomplete);
  }
  return new Blob(parts, { type: answer.headers.get("content-type") ?? "" });
}
