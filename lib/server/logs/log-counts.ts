import { invalidField } from "@/lib/contracts/app-error";
import type { LogRange } from "@/lib/contracts/log-range";
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

/** Queries that count the log: from the counts by key or by caller beside it, or its entries. */
export type Level = "keys" | "callers" | "entries";
export type RangedFilter = LogFilter & { from: string; before: string };

const dayMs = 86_400_000;
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

/** A query of rows with `start`, `key_id`, `code`, `is_denied` and `count`, and from callers and entries also `ip`, `client` and `route`. */
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
  return spansOf(byBar, range, value)
    .map(
      (within) =>
        `SELECT *, code <> 'valid' AS is_denied FROM ${from} AS counts WHERE ${[within, ...counted].join(" AND ")}`,
    )
    .join(" UNION ALL ");
}

/** A chart needs each bar. For sums, whole days are read instead of their hours. */
function spansOf(byBar: boolean, range: LogRange, value: Value): string[] {
  const span = spanOf(range);
  const within = (name: string, from: number, to: number) =>
    `span = '${name}' AND start >= ${value(new Date(from).toISOString())}::timestamptz AND start < ${value(new Date(to).toISOString())}::timestamptz`;
  const firstDay = Math.ceil(range.from / dayMs) * dayMs;
  const endDay = Math.floor(range.to / dayMs) * dayMs;
  if (byBar || span !== "hour" || firstDay >= endDay) return [within(span, range.from, range.to)];
  return [
    within("day", firstDay, endDay),
    within("hour", range.from, firstDay),
    within("hour", endDay, range.to),
  ];
}

export function spanOf({ barSeconds }: LogRange): "minute" | "hour" | "day" {
  return barSeconds < 3600 ? "minute" : barSeconds < 86_400 ? "hour" : "day";
}

/** The SQL expression for the number of the bar that a row is in. */
export function barOf({ from, barSeconds }: LogRange): string {
  return `floor((extract(epoch FROM start) - ${from / 1000}) / ${barSeconds})::int`;
}

export const outcomes = `sum(count) FILTER (WHERE NOT is_denied) AS allowed, sum(count) FILTER (WHERE is_denied) AS denied`;
export const sums = `coalesce(allowed, 0)::float8 AS allowed, coalesce(denied, 0)::float8 AS denied`;
