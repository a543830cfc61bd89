import { invalidField } from "@/lib/contracts/app-error";
import type { LogRange } from "@/lib/contracts/log-range";
import { inTransaction } from "@/lib/engine/postgres/in-transaction";
import { runtime } from "../runtime";
import {
  blockConditions,
  callerConditions,
  codeConditions,
  entryConditions,
  keyConditions,
  type LogFilter,
  refusedSignInConditions,
  textConditions,
  type Value,
} from "./log-filter";

/** What is counted: the sums of a workspace beside the log, the counts by key or by caller, or the entries one by one. */
export type Level = keyof typeof workspaceKinds | "keys" | "callers" | "entries";
const workspaceKinds = { workspace: "all", workspaceRoutes: "route", workspaceCallers: "caller" } as const;
export type RangedFilter = LogFilter & { from: string; before: string };

/** Counting entries one by one takes long for a long range. */
const countTimeoutMs = 5000;

/** A range, and whether it ends after the last entry. */
export type CountedRange = LogRange & { isOpen: boolean };
type Ask = <Row extends object>(text: (value: Value) => string) => Promise<Row[]>;

/**
 * Few of the counted rows match such a filter. PostgreSQL's defaults, which are for slow disks, would read all rows in parallel; by index
 * it took a third of the time, also from the system's cache.
 */
const forFewRows =
  "SET LOCAL random_page_cost = 1.1; SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL jit = off;";

/** Runs queries in one snapshot, so that their sums agree. @throws AppError `invalid_request` if one takes too long. */
export async function inOneSnapshot<Result>(
  filter: LogFilter,
  range: LogRange,
  work: (ask: Ask, range: CountedRange) => Promise<Result>,
): Promise<Result> {
  const { key, route, caller, ip, client: clients } = filter;
  const isNarrow = [key, route, caller, ip, clients].some((choice) => choice && choice.is.length > 0);
  try {
    return await inTransaction(runtime().pool, countTimeoutMs * 2, async (client) => {
      await client.query(
        `SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = ${countTimeoutMs};
         ${isNarrow ? forFewRows : ""}`,
      );
      const ask: Ask = async <Row extends object>(build: (value: Value) => string) => {
        const values: unknown[] = [];
        const text = build((item) => `$${values.push(item)}`);
        return (await client.query<Row>({ text, values })).rows;
      };
      // This takes the snapshot, so no entry in it is later.
      const [clock] = await ask<{ now: Date }>(() => "SELECT clock_timestamp() AS now");
      return work(ask, { ...range, isOpen: range.to > (clock?.now.getTime() ?? 0) });
    });
  } catch (error) {
    if ((error as { code?: unknown }).code !== "57014") throw error;
    throw invalidField(
      "from",
      "There are too many entries to count with these filters. Choose a shorter range.",
    );
  }
}

/**
 * A query of rows with `start`, `code`, `is_denied` and `count`, from most levels also `key_id`, and from those that tell callers or
 * routes `ip`, `client` and `route`.
 */
export function rowsOf(
  level: Level,
  byBar: boolean,
  filter: RangedFilter,
  range: CountedRange,
  value: Value,
): string {
  if (level === "entries") {
    const refused = refusedSignInConditions(filter, value);
    const attempts =
      refused &&
      `UNION ALL SELECT greatest(first_at, ${value(filter.from)}::timestamptz), NULL, codes[cardinality(codes)], true, attempts,
        coalesce(host(ip), ''), '', '' FROM access_log.refused_sign_ins WHERE ${refused.join(" AND ")}`;
    // Group sign-ins by address only, because refused attempts have no client.
    const client = filter.view === "sign-ins" ? "''" : "coalesce(client, '')";
    return `SELECT at AS start, key_id, code, outcome = 'denied' AS is_denied, 1 AS count, coalesce(host(ip), '') AS ip, ${client} AS client,
        coalesce(route, '') AS route
      FROM access_log.entries WHERE ${entryConditions(filter, value).join(" AND ")} ${attempts ?? ""}`;
  }
  const counted = [
    ...(filter.outcome ? [`code ${filter.outcome === "allowed" ? "=" : "<>"} 'valid'`] : []),
    ...codeConditions(filter.code, value),
    ...textConditions("source", filter.source, value),
    ...keyConditions(filter, value),
  ];
  if (level !== "keys" && level !== "workspace")
    counted.push(
      ...textConditions("method", filter.method, value),
      ...textConditions("client", filter.client, value),
      ...textConditions("route", filter.route, value),
      ...blockConditions("address::inet", filter.ip, value),
      ...callerConditions("address::inet", "client", filter.caller, value),
    );
  const told = level === "keys" || level === "workspace" ? "" : "ip, client, route,";
  return spansOf(byBar, range)
    .map(({ span, from, to }) => {
      const within = [
        `span = '${span}'`,
        `start >= ${value(new Date(from).toISOString())}::timestamptz`,
        `start < ${value(new Date(to).toISOString())}::timestamptz`,
      ];
      const table = tableOf(level, span);
      return `SELECT start, key_id, code, ${told} code <> 'valid' AS is_denied, count FROM ${table} AS counts WHERE ${[...within, ...counted].join(" AND ")}`;
    })
    .join(" UNION ALL ");
}

function tableOf(level: Exclude<Level, "entries">, span: Span): string {
  if (level === "keys") return "access_log.key_counts";
  // By route and by caller, minutes aren't summed.
  if (level === "callers" || (level !== "workspace" && span === "minute"))
    return `(SELECT b.*, c.key_id, nullif(c.address, '') AS address, c.address AS ip, c.client, c.method, c.route
      FROM access_log.caller_counts b JOIN access_log.callers c ON c.id = b.caller
      -- Summed with others, and so of no caller in particular.
      WHERE c.address <> '*')`;
  return `(SELECT span, start, workspace_id, code, would_deny, source, count, NULL::text AS key_id, nullif(address, '') AS address,
      address AS ip, client, NULL AS method, route
    FROM access_log.workspace_counts WHERE kind = '${workspaceKinds[level]}')`;
}

const spanMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
const coarser = { minute: "hour", hour: "day", day: null } as const;
type Span = keyof typeof spanMs;
type Piece = { span: Span; from: number; to: number };

/** A chart needs each bar. Sums read whole days and hours instead of their minutes, also those that haven't ended yet. */
function spansOf(byBar: boolean, { from, to, barSeconds, isOpen }: CountedRange): Piece[] {
  const split = (piece: Piece): Piece[] => {
    const next = coarser[piece.span];
    if (byBar || next === null) return [piece];
    const first = Math.ceil(piece.from / spanMs[next]) * spanMs[next];
    const end = (isOpen ? Math.ceil : Math.floor)(piece.to / spanMs[next]) * spanMs[next];
    if (first >= end) return [piece];
    const ends = [
      { ...piece, to: first },
      { ...piece, from: end },
    ].filter((one) => one.from < one.to);
    return [...split({ span: next, from: first, to: end }), ...ends];
  };
  return split({ span: spanOf({ barSeconds }), from, to });
}

export function spanOf({ barSeconds }: Pick<LogRange, "barSeconds">): Span {
  return barSeconds < 3600 ? "minute" : barSeconds < 86_400 ? "hour" : "day";
}

/** The SQL expression for the number of the bar that a row is in. */
export function barOf({ from, barSeconds }: LogRange): string {
  return `floor((extract(epoch FROM start) - ${from / 1000}) / ${barSeconds})::int`;
}

export const outcomes = `sum(count) FILTER (WHERE NOT is_denied) AS allowed, sum(count) FILTER (WHERE is_denied) AS denied`;
export const sums = `coalesce(allowed, 0)::float8 AS allowed, coalesce(denied, 0)::float8 AS denied`;
