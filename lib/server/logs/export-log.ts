import { randomUUID } from "node:crypto";
import { stringify } from "csv-stringify/sync";
import type { exportFormats } from "@/lib/contracts/access-log-query";
import { AppError } from "@/lib/contracts/app-error";
import { runtime } from "../runtime";
import { databaseTime } from "./database-time";
import { earlierOf, entryJson, findCompleteness, type LoggedEntry, readPage } from "./list-access-log";
import type { LogFilter } from "./log-filter";

const pageEntries = 5000;
const longestWaitMs = 1500;
/** An export that hasn't renewed its place for so long has ended. */
const staleSeconds = 90;

type ExportFormat = (typeof exportFormats)[number];

const columns = [
  "at",
  "request_id",
  "key_id",
  "method",
  "path",
  "outcome",
  "status",
  "code",
  "ip",
  "user_agent",
  "source",
  "would_deny",
] as const;

/**
 * The entries in order of time, up to the moment when the log was complete at the start. Read page by page, as fast as the client
 * takes them. NDJSON ends with `{"end": true, "rows": n}`; if anything fails, the connection is cut, so that nobody takes a part for
 * the whole.
 * @param mayRead Whether the caller may still read this. Asked before each page.
 * @throws AppError `rate_limit_exceeded` while the workspace has another export.
 */
export async function exportLog(
  workspaceId: string,
  filter: LogFilter,
  format: ExportFormat,
  mayRead: () => Promise<boolean>,
): Promise<Response> {
  const id = randomUUID();
  await runtime().engine.accessLog.settled();
  await takePlace(workspaceId, id);
  const lines = exportedLines(
    filter,
    format,
    async () => (await mayRead()) && (await keepPlace(id)),
    () => release(id),
  );
  return new Response(
    readable(lines, () => release(id)),
    {
      headers: {
        "content-type": format === "csv" ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson",
        "content-disposition": `attachment; filename="access-log.${format}"`,
        "cache-control": "no-store, no-transform",
        "x-accel-buffering": "no",
      },
    },
  );
}

async function* exportedLines(
  filter: LogFilter,
  format: ExportFormat,
  mayGoOn: () => Promise<boolean>,
  release: () => Promise<void>,
): AsyncGenerator<string> {
  try {
    const to = earlierOf(filter.to, await completeness());
    let cursor: string | undefined;
    let rows = 0;
    if (format === "csv") yield csvLines([[...columns]]);
    for (;;) {
      if (!(await mayGoOn())) throw new Error("the export isn't allowed any more");
      const page = await readPage({ ...filter, cursor, to }, "ASC", pageEntries);
      rows += page.length;
      cursor = page.at(-1)?.cursor;
      const text = format === "csv" ? csvLines(page.map(csvRecord)) : page.map(jsonLine).join("");
      const isLast = page.length < pageEntries;
      const end = isLast && format === "ndjson" ? `${JSON.stringify({ end: true, rows })}\n` : "";
      if (text + end !== "") yield text + end;
      if (isLast) return;
    }
  } finally {
    await release();
  }
}

/** Waits a moment for what was decided before the request: the log is complete up to half a second ago. */
async function completeness(): Promise<Date> {
  const now = await databaseTime();
  return (
    (await runtime().logStreams.completeAfter(now, longestWaitMs)) ?? (await findCompleteness()).completeUpTo
  );
}

function jsonLine(entry: LoggedEntry): string {
  return `${JSON.stringify(entryJson(entry))}\n`;
}

function csvRecord(entry: LoggedEntry): (string | number | null)[] {
  const values: Partial<Record<(typeof columns)[number], string | number | null>> = entryJson(entry);
  return columns.map((column) => values[column] ?? null);
}

/** RFC 4180. Text that a spreadsheet would take for a formula gets an apostrophe before it (S57). */
function csvLines(records: (string | number | null)[][]): string {
  return stringify(records, { record_delimiter: "windows", escape_formulas: true });
}

async function takePlace(workspaceId: string, id: string): Promise<void> {
  const { rowCount } = await runtime().pool.query(
    `INSERT INTO access_log.exports AS e (workspace_id, id) VALUES ($1, $2)
     ON CONFLICT (workspace_id) DO UPDATE SET id = excluded.id, renewed_at = excluded.renewed_at
     WHERE e.renewed_at < clock_timestamp() - make_interval(secs => $3)`,
    [workspaceId, id, staleSeconds],
  );
  if (rowCount === 0)
    throw new AppError(
      "rate_limit_exceeded",
      "This workspace is already exporting its access log. Wait until that export has ended.",
      { retryAfterSeconds: 5 },
    );
}

/** False if another export took over, because this one stood still for too long. */
async function keepPlace(id: string): Promise<boolean> {
  const { rowCount } = await runtime().pool.query(
    "UPDATE access_log.exports SET renewed_at = clock_timestamp() WHERE id = $1",
    [id],
  );
  return rowCount === 1;
}

async function release(id: string): Promise<void> {
  await runtime()
    .pool.query("DELETE FROM access_log.exports WHERE id = $1", [id])
    .catch((error: Error) => runtime().log.warn({ error: error.message }, "releasing an export failed"));
}

function readable(lines: AsyncGenerator<string>, release: () => Promise<void>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await lines.next();
          if (done) controller.close();
          else controller.enqueue(encoder.encode(value));
        } catch (error) {
          controller.error(error);
        }
      },
      async cancel() {
        await lines.return(undefined);
        await release();
      },
    },
    { highWaterMark: 0 },
  );
}
