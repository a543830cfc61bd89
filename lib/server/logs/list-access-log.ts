import type { DenialCode, LogCode } from "@/lib/contracts/access-logs";
import { AppError } from "@/lib/contracts/app-error";
import type { NewEntry } from "@/lib/engine/log/entry-line";
import { runtime } from "../runtime";
import { entryConditions, type LogFilter, refusedSignInConditions, type Value } from "./log-filter";

export type LoggedEntry = Omit<NewEntry, "kind" | "spent" | "wouldDeny"> & {
  /** Why an allowed request would have been denied by a rule that isn't enforced yet. */
  wouldDeny: DenialCode | null;
  at: Date;
  writer: string;
  seq: number;
  /** The entry's identity, and its place in the log: time, writer and sequence number. */
  cursor: string;
  /** Set for failed sign-ins, which are counted in one entry. */
  attempts: { count: number; lastAt: Date; codes: LogCode[] } | null;
};

/**
 * A page of the log, newest first. Pages follow (at, writer, seq), so each entry that exists at the first page
 * appears exactly once. `completeUpTo` is read first: no entry at or before it can appear later.
 */
export async function listAccessLog(filter: LogFilter & { cursor?: string; limit: number }): Promise<{
  entries: LoggedEntry[];
  nextCursor: string | null;
  completeUpTo: Date;
  silentSince: Date[];
}> {
  await runtime().engine.accessLog.settled();
  const { completeUpTo, silentSince } = await findCompleteness();
  const rows = await readPage(filter, "DESC", filter.limit + 1);
  const page = rows.slice(0, filter.limit);
  const last = page.at(-1);
  return {
    entries: page,
    nextCursor: rows.length > filter.limit && last ? last.cursor : null,
    completeUpTo,
    silentSince,
  };
}

/** At most so many entries. Those after `filter.cursor` in the given order. */
export function readPage(filter: Page, order: "ASC" | "DESC", limit: number): Promise<LoggedEntry[]> {
  return read(filter, order === "DESC" ? "<" : ">", order, limit);
}

/** The entry at a cursor, unless the filter hides it. */
export async function findEntry(filter: LogFilter, cursor: string): Promise<LoggedEntry | undefined> {
  await runtime().engine.accessLog.settled();
  return (await read({ ...filter, cursor }, "=", "ASC", 1))[0];
}

async function read(
  filter: Page,
  after: Comparison,
  order: "ASC" | "DESC",
  limit: number,
): Promise<LoggedEntry[]> {
  const values: unknown[] = [];
  const value = (item: unknown) => `$${values.push(item)}`;
  const page = `ORDER BY at ${order}, writer ${order}, seq ${order} LIMIT ${value(limit)}`;
  const parts = [...selectEntries(filter, after, value), ...selectRefusedSignIns(filter, after, value)];
  const { rows } = await runtime().pool.query<Row>(
    `SELECT *, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "exactAt"
     FROM (${parts.map((part) => `(${part} ${page})`).join(" UNION ALL ")}) AS page ${page}`,
    values,
  );
  return rows.map(({ count, lastAt, codes, exactAt, ...entry }) => ({
    ...entry,
    attempts: count === null ? null : { count, lastAt, codes },
    cursor: encodeCursor({ ...entry, exactAt }),
  }));
}

/** An access-log entry as the public API and the command line show it. */
export function entryJson(entry: LoggedEntry) {
  return {
    request_id: entry.requestId,
    at: entry.at.toISOString(),
    key_id: entry.keyId,
    method: entry.method,
    path: entry.path,
    outcome: entry.outcome,
    status: entry.status,
    code: entry.code,
    ip: entry.ip,
    user_agent: entry.userAgent,
    source: entry.source,
    ...(entry.wouldDeny && { would_deny: entry.wouldDeny }),
  };
}

type Row = Omit<LoggedEntry, "attempts" | "cursor"> & {
  exactAt: string;
  count: number;
  lastAt: Date;
  codes: LogCode[];
};
type Page = LogFilter & { cursor?: string };
type Comparison = "<" | ">" | "=";

/** One query for each code that is asked for: each reads an index in the order of the list, which an OR can't. */
function selectEntries(filter: Page, after: Comparison, value: Value): string[] {
  const codes = filter.code?.is ?? [];
  const all = entryConditions({ ...filter, code: { is: [], not: filter.code?.not ?? [] } }, value);
  if (filter.cursor) all.push(`(at, writer, seq) ${after} ${cursorRow(filter.cursor, value)}`);
  if (codes.length === 0) return [select(all)];
  const is = value(codes);
  return codes.flatMap((code) => [
    select([...all, `code = ${value(code)}`]),
    select([...all, `would_deny = ${value(code)}`, `code <> ALL(${is})`]),
  ]);
}

function select(conditions: string[]): string {
  return `SELECT at, writer, seq, request_id AS "requestId", workspace_id AS "workspaceId", key_id AS "keyId", user_id AS "userId", method, path, outcome,
      status, code, host(ip) AS ip, user_agent AS "userAgent", source, would_deny AS "wouldDeny",
      NULL::float8 AS count, NULL::timestamptz AS "lastAt", NULL::text[] AS codes
    FROM access_log.entries WHERE ${conditions.join(" AND ")}`;
}

/** Counted failures appear at their first attempt, as entries of a writer that doesn't exist. */
const noWriter = "'00000000-0000-0000-0000-000000000000'::uuid";

function selectRefusedSignIns(filter: Page, after: Comparison, value: Value): string[] {
  const all = refusedSignInConditions(filter, value);
  if (!all) return [];
  if (filter.cursor) all.push(`(first_at, ${noWriter}, seq) ${after} ${cursorRow(filter.cursor, value)}`);
  return [
    `SELECT first_at AS at, ${noWriter} AS writer, seq, request_id, NULL, NULL, nullif(user_id, ''), NULL, NULL, 'denied',
      status, codes[cardinality(codes)], host(ip), user_agent, 'console', NULL, attempts::float8, last_at, codes
    FROM access_log.refused_sign_ins WHERE ${all.join(" AND ")}`,
  ];
}

function cursorRow(cursor: string, value: Value): string {
  const { at, writer, seq } = decodeCursor(cursor);
  return `(${value(at)}::timestamptz, ${value(writer)}::uuid, ${value(seq)}::bigint)`;
}

/**
 * Up to when the log has all entries, and since when writers that may still hold some have been silent. It is complete up to the
 * lowest frontier of all writers that may still write. Without open writers, it is complete up to the start of this statement,
 * because later writers start above it. A writer that has been silent for a minute no longer holds this back; its last sign of life
 * is returned instead.
 */
export async function findCompleteness(): Promise<{ completeUpTo: Date; silentSince: Date[] }> {
  const { rows } = await runtime().pool.query<{ completeUpTo: Date; silentSince: Date[] | null }>(
    `SELECT coalesce(min(frontier_at) FILTER (WHERE renewed_at > now() - interval '1 minute'), now()) AS "completeUpTo",
       array_agg(renewed_at ORDER BY renewed_at) FILTER (WHERE renewed_at <= now() - interval '1 minute') AS "silentSince"
     FROM access_log.writers WHERE closed_at IS NULL`,
  );
  const found = rows[0] as { completeUpTo: Date; silentSince: Date[] | null };
  return { completeUpTo: found.completeUpTo, silentSince: found.silentSince ?? [] };
}

export function encodeCursor(entry: { exactAt: string; writer: string; seq: number }): string {
  return Buffer.from(`${entry.exactAt}/${entry.writer}/${entry.seq}`).toString("base64url");
}

/** @throws AppError `invalid_request` for an invalid cursor (S47) */
export function decodeCursor(cursor: string): { at: string; writer: string; seq: string } {
  const match =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/(\d{1,15})$/.exec(
      Buffer.from(cursor, "base64url").toString(),
    );
  const [, at, writer, seq] = match ?? [];
  if (!at || !writer || !seq || !isMoment(at)) {
    throw new AppError("invalid_request", "cursor: This cursor isn't valid.", {
      fields: { cursor: "This cursor isn't valid." },
    });
  }
  return { at, writer, seq };
}

/** Whether a well-formed timestamp is a valid date. JavaScript also accepts February 31. */
function isMoment(at: string): boolean {
  const time = Date.parse(at);
  return time >= 0 && new Date(time).toISOString().startsWith(at.slice(0, 19));
}

export function exactText(moment: Date): string {
  return moment.toISOString().replace("Z", "000Z");
}

/** A filter's `to` keeps its microseconds: the list compares them, too. */
export function earlierOf(to: string | undefined, moment: Date): string {
  return to && Date.parse(to) < moment.getTime() ? to : exactText(moment);
}
