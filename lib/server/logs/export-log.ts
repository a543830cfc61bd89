import type { ExportFormat } from "@/lib/contracts/export-format";
import { streamExport } from "../exports/stream-export";
import { runtime } from "../runtime";
import { databaseTime } from "./database-time";
import { earlierOf, entryJson, findCompleteness, type LoggedEntry, readPage } from "./list-access-log";
import type { LogFilter } from "./log-filter";

/** Smaller than what the youngest part of the heap holds, so that a page is collected right after it was sent. */
const pageEntries = 2000;
const longestWaitMs = 1500;
const dayMs = 86_400_000;

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
 * The entries in order of time, up to the moment when the log was complete at the start.
 * @param mayRead Whether the caller may still read this.
 * @throws AppError `rate_limit_exceeded` while the workspace has another export.
 */
export async function exportLog(
  workspaceId: string,
  filter: LogFilter,
  format: ExportFormat,
  mayRead: () => Promise<boolean>,
): Promise<Response> {
  await runtime().engine.accessLog.settled();
  return streamExport({
    workspaceId,
    name: "access-log",
    format,
    pages: () => exportedPages(filter),
    columns,
    csv: csvValues,
    json: entryJson,
    mayRead,
  });
}

async function* exportedPages(filter: LogFilter): AsyncGenerator<LoggedEntry[]> {
  const to = earlierOf(filter.to, await completeness());
  let cursor: string | undefined;
  for (const day of daysOf(filter)) {
    for (;;) {
      const page = await readPage({ ...filter, ...day, cursor, to }, "ASC", pageEntries);
      cursor = page.at(-1)?.cursor ?? cursor;
      yield page;
      if (page.length < pageEntries) break;
    }
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

function csvValues(entry: LoggedEntry) {
  const values: Partial<Record<(typeof columns)[number], string | number | null>> = entryJson(entry);
  return columns.map((column) => values[column] ?? null);
}
