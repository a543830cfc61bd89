import { randomUUID } from "node:crypto";
import type { exportFormats } from "@/lib/contracts/access-log-query";
import { AppError } from "@/lib/contracts/app-error";
import { runtime } from "../runtime";
import { csvLine } from "./csv-line";
import { databaseTime } from "./database-time";
import { earlierOf, entryJson, findCompleteness, type LoggedEntry, readPage } from "./list-access-log";
import type { LogFilter } from "./log-filter";

const pageEntries = 5000;
const longestWaitMs = 1500;
const askAgainMs = 500;
const dayMs = 86_400_000;
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
    let askedAt = Number.NEGATIVE_INFINITY;
    let cursor: string | undefined;
    let rows = 0;
    if (format === "csv") yield csvLine(columns);
    for (const day of daysOf(filter)) {
      for (;;) {
        if (performance.now() - askedAt > askAgainMs) {
          if (!(await mayGoOn())) throw new Error("the export isn't allowed any more");
          askedAt = performance.now();
        }
        const page = await readPage({ ...filter, ...day, cursor, to }, "ASC", pageEntries);
        rows += page.length;
        cursor = page.at(-1)?.cursor ?? cursor;
        if (page.length > 0) yield page.map(format === "csv" ? csvRecord : jsonLine).join("");
        if (page.length < pageEntries) break;
        askedAt = Number.NEGATIVE_INFINITY;
      }
    }
    if (format === "ndjson") yield `${JSON.stringify({ end: true, rows })}\n`;
  } finally {
    await release();
  }
}

/**
 * The days of the range, in order; the first also has everything before it, and the last everything after. Each day is in a partition of
 * its own. Over all of them, PostgreSQL may sort what is left for each page.
 */
function* daysOf({ from, before }: LogFilter): Generator<Pick<LogFilter, "from" | "before">> {
  const kept = Date.now() - runtime().env.accessLogRetentionDays * dayMs;
  let start = from;
  let day = Math.max(from ? Date.parse(from) : 0, kept);
  const end = Math.min(before ? Date.parse(before) : Number.POSITIVE_INFINITY, Date.now());
  for (day = (Math.floor(day / dayMs) + 1) * dayMs; day < end; day += dayMs) {
    const next = new Date(day).toISOString();
    yield { ...(start && { from: start }), before: next };
    start = next;
  }
  yield { ...(start && { from: start }), ...(before && { before }) };
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

function csvRecord(entry: LoggedEntry): string {
  const values: Partial<Record<(typeof columns)[number], string | number | null>> = entryJson(entry);
  return csvLine(columns.map((column) => values[column] ?? null));
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
