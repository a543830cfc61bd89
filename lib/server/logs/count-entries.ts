import ipaddr from "ipaddr.js";
import type { AccessLogOverview, LogCode } from "@/lib/contracts/access-logs";
import { invalidField } from "@/lib/contracts/app-error";
import { type LogRange, wholeBars } from "@/lib/contracts/log-range";
import { inTransaction } from "@/lib/engine/postgres/in-transaction";
import { runtime } from "../runtime";
import {
  blockConditions,
  codeConditions,
  entryConditions,
  keyConditions,
  type LogFilter,
  refusedSignInConditions,
  textConditions,
  type Value,
} from "./log-filter";

const dayMs = 86_400_000;
/** Counts by minute are kept for eight days; a day less, for the clocks. */
const minutesKeptMs = 7 * dayMs;
const topValues = 10;
/** Counting entries one by one takes long for a long range. */
const countTimeoutMs = 5000;

/**
 * The entries of a range by bar and code, and their most frequent keys, callers, routes and codes. The range is widened to whole bars.
 * Read from the counts beside the log; where a filter needs more than they know, the entries are counted.
 * @throws AppError `invalid_request` if there are too many entries to count.
 */
export async function countEntries(
  filter: LogFilter & { from: string; before: string },
): Promise<AccessLogOverview> {
  await runtime().engine.accessLog.settled();
  const range = wholeBars(Date.parse(filter.from), Date.parse(filter.before));
  const ranged = {
    ...filter,
    from: new Date(range.from).toISOString(),
    before: new Date(range.to).toISOString(),
  };
  const level = await levelOf(ranged, range);
  const facetLevel = level === "keys" ? "callers" : level;
  const [bars, keys, codes, routes, callers] = await count(ranged, range, [
    [level, "chart"],
    [level, "keys"],
    [level, "codes"],
    [facetLevel, "routes"],
    [facetLevel, "callers"],
  ]);
  return overviewOf(range, { bars, keys, codes, routes, callers } as Rows);
}

type Level = "keys" | "callers" | "entries";
type Kind = "chart" | "keys" | "codes" | "routes" | "callers";
type Counted = { allowed: number; denied: number };
type Rows = {
  bars: { bar: number; code: LogCode; isDenied: boolean; count: number }[];
  keys: (Counted & { value: string; name: string | null })[];
  codes: (Counted & { value: string })[];
  routes: (Counted & { value: string })[];
  callers: (Counted & { ip: string; client: string })[];
};

/** The coarsest counts that can answer exactly. */
async function levelOf(filter: LogFilter & { from: string }, range: LogRange): Promise<Level> {
  const { path, requestId, ip, method, client, route } = filter;
  const isTooOld = spanOf(range) === "minute" && range.from < Date.now() - minutesKeptMs;
  if (filter.view === "sign-ins" || requestId || path || isTooOld) return "entries";
  if (!ip && !method && !client && !route) return "keys";
  if (ip && ![...ip.is, ...ip.not].every(isWholeBlocks)) return "entries";
  return (await areCallersCounted(filter)) ? "callers" : "entries";
}

/** Callers are counted by the /24 or /64 of their address. */
function isWholeBlocks(block: string): boolean {
  if (!block.includes("/")) return false;
  const [address, length] = ipaddr.parseCIDR(block);
  return length <= (address.kind() === "ipv4" ? 24 : 64);
}

/** Whether each caller in the range was counted by itself: since the range's start, and not with the others of its key. */
async function areCallersCounted(filter: LogFilter & { from: string }): Promise<boolean> {
  const values: unknown[] = [];
  const value = (item: unknown) => `$${values.push(item)}`;
  const from = value(filter.from);
  const keys = keyConditions(filter, value).join(" AND ");
  const { rows } = await runtime().pool.query<{ counted: boolean }>(
    `SELECT at <= ${from}::timestamptz AND NOT EXISTS (
       SELECT FROM access_log.callers c JOIN api_keys k ON k.id = c.key_id
       WHERE c.address = '*' AND c.last_at >= ${from}::timestamptz AND k.workspace_id = $2
         AND c.key_id IN (SELECT id FROM (SELECT id, id AS key_id, workspace_id FROM api_keys) AS own WHERE ${keys})) AS counted
     FROM access_log.callers_counted_since`,
    values,
  );
  return rows[0]?.counted ?? false;
}

function spanOf({ barSeconds }: LogRange): "minute" | "hour" | "day" {
  return barSeconds < 3600 ? "minute" : barSeconds < 86_400 ? "hour" : "day";
}

/** All in one snapshot, so that the sums agree. */
async function count(
  filter: LogFilter & { from: string; before: string },
  range: LogRange,
  asked: [Level, Kind][],
): Promise<unknown[][]> {
  const results: unknown[][] = [];
  try {
    await inTransaction(runtime().pool, countTimeoutMs * 2, async (client) => {
      await client.query(
        `SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = ${countTimeoutMs}`,
      );
      for (const [level, kind] of asked) {
        const values: unknown[] = [];
        const rows = rowsOf(level, kind, filter, range, (item) => `$${values.push(item)}`);
        results.push((await client.query({ text: summed(kind, rows, range), values })).rows);
      }
    });
  } catch (error) {
    if ((error as { code?: unknown }).code !== "57014") throw error;
    throw invalidField(
      "from",
      "There are too many entries to count with these filters. Choose a shorter range.",
    );
  }
  return results;
}

/** A query of rows with `start`, `key_id`, `code`, `is_denied` and `count`, and from callers and entries also `ip`, `client` and `route`. */
function rowsOf(
  level: Level,
  kind: Kind,
  filter: LogFilter & { from: string; before: string },
  range: LogRange,
  value: Value,
): string {
  if (level === "entries") {
    const refused = refusedSignInConditions(filter, value);
    const attempts =
      refused &&
      `UNION ALL SELECT greatest(first_at, ${value(filter.from)}::timestamptz), NULL, codes[cardinality(codes)], true, attempts,
        coalesce(host(ip), ''), '', '' FROM access_log.refused_sign_ins WHERE ${refused.join(" AND ")}`;
    return `SELECT at AS start, key_id, code, outcome = 'denied' AS is_denied, 1 AS count, coalesce(host(ip), '') AS ip, coalesce(client, '') AS client,
        coalesce(route, '') AS route
      FROM access_log.entries WHERE ${entryConditions(filter, value).join(" AND ")} ${attempts ?? ""}`;
  }
  const counted = [
    ...(filter.outcome ? [`code ${filter.outcome === "allowed" ? "=" : "<>"} 'valid'`] : []),
    ...codeConditions(filter.code, value),
    ...textConditions("source", filter.source, value),
    ...keyConditions(filter, value),
  ];
  if (level === "callers")
    counted.push(
      ...textConditions("method", filter.method, value),
      ...textConditions("client", filter.client, value),
      ...textConditions("route", filter.route, value),
      ...blockConditions("nullif(address, '*')::inet", filter.ip, value),
      // Summed with others, and so of no caller in particular.
      "address <> '*'",
    );
  const from =
    level === "keys"
      ? "access_log.key_counts"
      : `(SELECT b.*, c.key_id, CASE WHEN c.address = '' THEN NULL ELSE c.address END AS address, c.address AS ip, c.client, c.method, c.route
          FROM access_log.caller_counts b JOIN access_log.callers c ON c.id = b.caller)`;
  return spansOf(kind, range, value)
    .map(
      (within) =>
        `SELECT *, code <> 'valid' AS is_denied FROM ${from} AS counts WHERE ${[within, ...counted].join(" AND ")}`,
    )
    .join(" UNION ALL ");
}

/** A chart needs each bar. For sums, whole days are read instead of their hours. */
function spansOf(kind: Kind, range: LogRange, value: Value): string[] {
  const span = spanOf(range);
  const within = (name: string, from: number, to: number) =>
    `span = '${name}' AND start >= ${value(new Date(from).toISOString())}::timestamptz AND start < ${value(new Date(to).toISOString())}::timestamptz`;
  const firstDay = Math.ceil(range.from / dayMs) * dayMs;
  const endDay = Math.floor(range.to / dayMs) * dayMs;
  if (kind === "chart" || span !== "hour" || firstDay >= endDay) return [within(span, range.from, range.to)];
  return [
    within("day", firstDay, endDay),
    within("hour", range.from, firstDay),
    within("hour", endDay, range.to),
  ];
}

const outcomes = `sum(count) FILTER (WHERE NOT is_denied) AS allowed, sum(count) FILTER (WHERE is_denied) AS denied`;
const sums = `coalesce(allowed, 0)::float8 AS allowed, coalesce(denied, 0)::float8 AS denied`;

function summed(kind: Kind, rows: string, { from, barSeconds }: LogRange): string {
  if (kind === "chart")
    return `SELECT floor((extract(epoch FROM start) - ${from / 1000}) / ${barSeconds})::int AS bar, code, is_denied AS "isDenied", sum(count)::float8 AS count
      FROM (${rows}) AS counted GROUP BY 1, 2, 3`;
  const top = `ORDER BY coalesce(allowed, 0) + coalesce(denied, 0) DESC, 1 LIMIT ${topValues}`;
  if (kind === "keys")
    return `SELECT key_id AS value, (SELECT name FROM api_keys k WHERE k.id = key_id) AS name, ${sums}
      FROM (SELECT key_id, ${outcomes} FROM (${rows}) AS counted WHERE key_id IS NOT NULL GROUP BY key_id) AS summed ${top}`;
  if (kind === "callers")
    return `SELECT ip, client, ${sums} FROM (SELECT ip, client, ${outcomes} FROM (${rows}) AS counted GROUP BY ip, client) AS summed
      ORDER BY coalesce(allowed, 0) + coalesce(denied, 0) DESC, 1, 2 LIMIT ${topValues}`;
  const column = kind === "codes" ? "code" : "route";
  return `SELECT ${column} AS value, ${sums} FROM (SELECT ${column}, ${outcomes} FROM (${rows}) AS counted WHERE ${column} <> '' GROUP BY 1) AS summed ${top}`;
}

function overviewOf({ from, to, barSeconds }: LogRange, rows: Rows): AccessLogOverview {
  const bars: AccessLogOverview["bars"] = [];
  for (let start = from; start < to; start += barSeconds * 1000)
    bars.push({ start: new Date(start).toISOString(), allowed: 0, denied: 0, codes: {} });
  const total = { allowed: 0, denied: 0 };
  for (const { bar: index, code, isDenied, count } of rows.bars) {
    const bar = bars[index];
    if (!bar) continue;
    const outcome = isDenied ? "denied" : "allowed";
    bar[outcome] += count;
    total[outcome] += count;
    if (isDenied) bar.codes[code] = (bar.codes[code] ?? 0) + count;
  }
  const { keys, codes, routes, callers } = rows;
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    barSeconds,
    bars,
    total,
    facets: { keys, codes, routes, callers },
  };
}
