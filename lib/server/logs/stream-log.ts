import { invalidField } from "@/lib/contracts/app-error";
import { textStream } from "../exports/text-stream";
import { runtime } from "../runtime";
import {
  decodeCursor,
  earlierOf,
  encodeCursor,
  exactText,
  findCompleteness,
  type LoggedEntry,
  readPage,
} from "./list-access-log";
import type { LogFilter } from "./log-filter";

const judgeMs = 1000;
const commentMs = 15_000;
const pageEntries = 500;
/** After every entry of the same moment. */
const lastWriter = { writer: "ffffffff-ffff-ffff-ffff-ffffffffffff", seq: 999_999_999_999_999 };

type Source = {
  workspaceId: string;
  filter: LogFilter;
  /** The client's Last-Event-ID: the stream goes on after this entry. Null: it begins now. */
  lastEventId: string | null;
  /** Whether the caller may still read this. Called at least every second; a rejection means no. */
  mayRead: () => Promise<boolean>;
  toJson: (entries: LoggedEntry[]) => Promise<unknown[]>;
};

/**
 * A live view of the log as server-sent events (WHATWG HTML, 9.2): an event for each entry, whose id is the entry's cursor. Follows
 * the moment up to which the log is complete, so that nothing is left out; entries of a writer that was lost, and that appear later,
 * are only in lists. Ends when the caller may no longer read the log, and when the process stops.
 * @throws AppError `invalid_request` for a cursor that isn't one of ours or is past the log's retention; `rate_limit_exceeded`
 */
export async function streamLog(source: Source): Promise<Response> {
  const { logStreams } = runtime();
  if (source.lastEventId !== null) requireKept(source.lastEventId);
  const end = logStreams.begin(source.workspaceId);
  try {
    const { completeUpTo } = await findCompleteness();
    const cursor = source.lastEventId ?? afterMoment(completeUpTo);
    const events = follow(source, cursor, end);
    return new Response(textStream(events, end), {
      headers: {
        "content-type": "text/event-stream",
        "cache-control": "no-store, no-transform",
        "x-accel-buffering": "no",
      },
    });
  } catch (error) {
    end();
    throw error;
  }
}

async function* follow(source: Source, start: string, end: () => void): AsyncGenerator<string> {
  const { logStreams } = runtime();
  let cursor = start;
  let seenUpTo = new Date(0);
  /** While a full page may not have been the last one up to this moment. */
  let behind: Date | null = null;
  let judgedAt = performance.now();
  let writtenAt = performance.now();
  // Without an entry, a client that reconnects would begin later and miss some. An event without data isn't dispatched.
  yield `retry: 1000\nid: ${cursor}\n\n`;
  try {
    while (!logStreams.stopped.aborted) {
      const upTo: Date | null = behind ?? (await logStreams.completeAfter(seenUpTo, judgeMs / 2));
      if (performance.now() - judgedAt >= judgeMs / 2) {
        if (!(await source.mayRead())) return;
        judgedAt = performance.now();
      }
      if (upTo) {
        const entries = await readPage(
          { ...source.filter, cursor, to: earlierOf(source.filter.to, upTo) },
          "ASC",
          pageEntries,
        );
        const json = await source.toJson(entries);
        const isLast = entries.length < pageEntries;
        behind = isLast ? null : upTo;
        if (isLast) seenUpTo = upTo;
        // Otherwise each poll of a filter that matches little would read all entries since the last match.
        cursor = nextCursor(entries, isLast ? upTo : null) ?? cursor;
        if (entries.length > 0) {
          writtenAt = performance.now();
          yield entries
            .map((entry, index) => `id: ${entry.cursor}\ndata: ${JSON.stringify(json[index])}\n\n`)
            .join("");
        }
      }
      if (performance.now() - writtenAt >= commentMs) {
        writtenAt = performance.now();
        yield ": waiting\n\n";
      }
    }
  } finally {
    end();
  }
}

/** Where the next page begins: after the moment up to which all was read, or after the last entry of a full page. */
function nextCursor(entries: { cursor: string }[], readUpTo: Date | null): string | undefined {
  return readUpTo ? afterMoment(readUpTo) : entries.at(-1)?.cursor;
}

function requireKept(cursor: string): void {
  const { at } = decodeCursor(cursor);
  const keptSince = Date.now() - runtime().env.accessLogRetentionDays * 86_400_000;
  if (Date.parse(at) < keptSince)
    throw invalidField(
      "cursor",
      "The log no longer has the entries after this cursor. Begin without Last-Event-ID.",
    );
}

function afterMoment(moment: Date): string {
  return encodeCursor({ exactAt: exactText(moment), ...lastWriter });
}
