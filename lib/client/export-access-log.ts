import type { AccessLogFilters } from "./queries/access-logs";
import { workspacePath } from "./queries/paths";
import { queryString } from "./query-string";

export type LogFileFormat = "csv" | "ndjson";

/**
 * Downloads the entries as a file. The server cuts the connection if anything fails, so what resolves is complete.
 * @param onBytes Called with the number of bytes so far.
 * @throws Error with a message for people; the signal's reason if it was aborted.
 */
export async function exportAccessLog(
  workspace: string,
  filters: AccessLogFilters,
  format: LogFileFormat,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<Blob> {
  const answer = await fetch(
    `${workspacePath(workspace)}/access-logs/export${queryString({ ...filters, format })}`,
    { signal },
  );
  if (!answer.ok || !answer.body) {
    const body = (await answer.json().catch(() => null)) as { error?: { message?: string } } | null;
    throw new Error(body?.error?.message ?? "The export couldn’t be started. Try again.");
  }
  const parts: BlobPart[] = [];
  let bytes = 0;
  const reader = answer.body.getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      parts.push(read.value as BlobPart);
      bytes += read.value.byteLength;
      onBytes(bytes);
    }
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Error("The connection was cut before the export was complete. Nothing was saved. Try again.");
  }
  return new Blob(parts, { type: answer.headers.get("content-type") ?? "" });
}
