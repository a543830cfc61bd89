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

/** Runs queries in one snapshot, so that their sums agree. @throws AppError `invalid_request` if one takes too long. */
export async function inOneSnapshot<Result>(
  work: (ask: <Row extends object>(text: (value: Value) => string) => Promise<Row[]>) => Promise<Result>,
): Promise<Result> {
  try {
    return await inTransaction(runtime().pool, countTimeoutMs * 2, async (client) => {
      await client.query(
        `SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = ${countTimeoutMs}`,
      );
      return work(async <Row extends object>(build: (value: Value) => string) => {
        const values: unknown[] = [];
        const text = build((item) => `$${values.push(item)}`);
        return (await client.query<Row>({ text, values })).rows;
      });
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
  range: LogRange,
  value: Value,
): string {
  if (level === "entries") {
    const refused = refusedSignInConditions(filter, value);
    const attempts =
      refused &&
      `UNION ALL SELECT greatest(first_at, ${value(filter.from)}::timestamptz), NULL, codes[cardinality(codes)], true, attempts,
        coalesce(host(ip), ''), '', '' FROM access_log.refused_sign_ins WHERE ${refused.join(" AND ")}`;
    // Whoever signs in is told by the address alone: refused attempts have no client.
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
      ...blockConditions("nullif(address, '*')::inet", filter.ip, value),
      ...callerConditions("nullif(address, '*')::inet", "client", filter.caller, value),
    );
  // Summed with others, and so of no caller in particular.
  if (level === "callers") counted.push("address <> '*'");
  const from =
    level in workspaceKinds
      ? `(SELECT span, start, workspace_id, nullif(address, '') AS address, address AS ip, client, route, code, would_deny, source, count FROM access_log.workspace_counts WHERE kind = '${workspaceKinds[level as keyof typeof workspaceKinds]}')`
      : level === "keys"
        ? "access_log.key_counts"
        : `(SELECT b.*, c.key_id, CASE WHEN c.address = '' THEN NULL ELSE c.address END AS address, c.address AS ip, c.client, c.method, c.route
          FROM access_log.caller_counts b JOIN access_log.callers c ON c.id = b.caller)`;
  return spansOf(byBar, range, value)
    .map(
      (within) =>
        `SELECT *, code <> 'valid' AS is_denied FROM ${from} AS counts WHERE ${[within, ...counted].join(" AND ")}`,
    )
    .join(" UNION ALL ");
}

const spanMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
type Span = keyof typeof spanMs;
const coarser = { minute: "hour", hour: "day", day: null } as const;

/** A chart needs each bar. Sums read whole days and hours instead of their minutes. */
function spansOf(byBar: boolean, range: LogRange, value: Value): string[] {
  const within = (span: Span, from: number, to: number): string[] =>
    from < to
      ? [
          `span = '${span}' AND start >= ${value(new Date(from).toISOString())}::timestamptz AND start < ${value(new Date(to).toISOString())}::timestamptz`,
        ]
      : [];
  const split = (span: Span, from: number, to: number): string[] => {
    const next = coarser[span];
    if (byBar || next === null) return within(span, from, to);
    const first = Math.ceil(from / spanMs[next]) * spanMs[next];
    const end = Math.floor(to / spanMs[next]) * spanMs[next];
    if (first >= end) return within(span, from, to);
    return [...split(next, first, end), ...within(span, from, first), ...within(span, end, to)];
  };
  return split(spanOf(range), range.from, range.to);
}

export function spanOf({ barSeconds }: LogRange): Span {
  return barSeconds < 3600 ? "minute" : barSeconds < 86_400 ? "hour" : "day";
}

/** The SQL expression for the number of the bar that a row is in. */
export function barOf({ from, barSeconds }: LogRange): string {
  return `floor((extract(epoch FROM start) - ${from / 1000}) / ${barSeconds})::int`;
}

export const outcomes = `sum(count) FILTER (WHERE NOT is_denied) AS allowed, sum(count) FILTER (WHERE is_denied) AS denied`;
export const sums = `coalesce(allowed, 0)::float8 AS allowed, coalesce(denied, 0)::float8 AS denied`;
