import ipaddr from "ipaddr.js";
import type { AccessLogOverview, LogCode } from "@/lib/contracts/access-logs";
import { type Choice, parseCaller } from "@/lib/contracts/choice";
import { type LogRange, wholeBars } from "@/lib/contracts/log-range";
import { runtime } from "../runtime";
import {
  barOf,
  inOneSnapshot,
  type Level,
  outcomes,
  type RangedFilter,
  rowsOf,
  spanOf,
  sums,
} from "./log-counts";
import { keyConditions, type LogFilter } from "./log-filter";

/** Counts by minute are kept for eight days; a day less, for the clocks. */
const minutesKeptMs = 7 * 86_400_000;
const topValues = 10;
/**
 * The entries of a range by bar and code, and their most frequent keys, callers, routes and codes. The range is widened to whole bars.
 * Read from the counts beside the log; where a filter needs more than they know, the entries are counted.
 * @throws AppError `invalid_request` if there are too many entries to count.
 */
export async function countEntries(filter: RangedFilter): Promise<AccessLogOverview> {
  await runtime().engine.accessLog.settled();
  const range = wholeBars(Date.parse(filter.from), Date.parse(filter.before));
  const ranged = {
    ...filter,
    from: new Date(range.from).toISOString(),
    before: new Date(range.to).toISOString(),
  };
  const level = await levelOf(ranged, range);
  const levels = { ...Object.fromEntries(kinds.map((kind) => [kind, level])), ...finer[level] } as Record<
    Kind,
    Level
  >;
  return inOneSnapshot(ranged, range, async (ask, counted) => {
    const bars = await ask<Bar>((value) => barsOf(rowsOf(levels.chart, true, ranged, counted, value), range));
    const facets: Facet[] = [];
    for (const level of new Set(facetKinds.map((kind) => levels[kind]))) {
      const asked = facetKinds.filter((kind) => levels[kind] === level);
      facets.push(
        ...(await ask<Facet>((value) => topOf(asked, rowsOf(level, false, ranged, counted, value)))),
      );
    }
    return overviewOf(range, bars, facets);
  });
}

const facetKinds = ["keys", "codes", "routes", "callers"] as const;
type FacetKind = (typeof facetKinds)[number];
const kinds = ["chart", ...facetKinds] as const;
type Kind = (typeof kinds)[number];
/** What the counts of a level don't tell. */
const finer: Partial<Record<Level, Partial<Record<Kind, Level>>>> = {
  workspace: { keys: "keys", routes: "workspaceRoutes", callers: "workspaceCallers" },
  workspaceRoutes: { keys: "callers", callers: "callers" },
  workspaceCallers: { keys: "callers", routes: "callers" },
  keys: { routes: "callers", callers: "callers" },
};
type Bar = { bar: number; code: LogCode; isDenied: boolean; count: number };
/** `client` is that of a caller, whose value is the address; `name` that of a key. */
type Facet = {
  kind: FacetKind;
  value: string;
  client: string;
  name: string | null;
  allowed: number;
  denied: number;
};

/** The coarsest counts that can answer exactly. */
async function levelOf(filter: LogFilter & { from: string }, range: LogRange): Promise<Level> {
  const { path, requestId, ip, method, client, route, caller, key, owner, environment, ownerId } = filter;
  const isTooOld = spanOf(range) === "minute" && range.from < Date.now() - minutesKeptMs;
  if (filter.view === "sign-ins" || requestId || path || isTooOld) return "entries";
  const isWhole = !key && !owner && !environment && ownerId === null;
  if (!ip && !method && !client && !route && !caller) return isWhole ? "workspace" : "keys";
  const blocks = [...values(ip), ...values(caller).map((text) => parseCaller(text).ip)];
  if (!blocks.every(isWholeBlocks)) return "entries";
  if (!(await areCallersCounted(filter))) return "entries";
  if (!isWhole || method) return "callers";
  if (!route) return "workspaceCallers";
  return ip || client || caller ? "callers" : "workspaceRoutes";
}

function values(choice: Choice | undefined): string[] {
  return choice ? [...choice.is, ...choice.not] : [];
}

/** Callers are counted by the /24 or /64 of their address; an unknown address is none. */
function isWholeBlocks(block: string): boolean {
  if (block === "") return true;
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

function barsOf(rows: string, range: LogRange): string {
  return `SELECT ${barOf(range)} AS bar, code, is_denied AS "isDenied", sum(count)::float8 AS count
    FROM (${rows}) AS counted GROUP BY 1, 2, 3`;
}

const columnsOf = {
  keys: ["key_id"],
  codes: ["code"],
  routes: ["route"],
  callers: ["ip", "client"],
} as const;

/** The most frequent values of each kind. The rows are read once for all kinds: there can be many. */
function topOf(kinds: readonly FacetKind[], rows: string): string {
  const sets = kinds.map((kind) => columnsOf[kind]);
  const has = (kind: FacetKind) => kinds.includes(kind);
  const isOf = (kind: FacetKind) => `grouping(${columnsOf[kind][0]}) = 0`;
  const cases = (of: (kind: FacetKind) => string) =>
    `CASE ${kinds.map((kind) => `WHEN ${isOf(kind)} THEN ${of(kind)}`).join(" ")} END`;
  return `SELECT kind, value, client, ${has("keys") ? "CASE WHEN kind = 'keys' THEN (SELECT name FROM api_keys k WHERE k.id = value) END" : "NULL"} AS name, ${sums}
    FROM (
      SELECT *, row_number() OVER (PARTITION BY kind ORDER BY coalesce(allowed, 0) + coalesce(denied, 0) DESC, value, client) AS place
      FROM (
        SELECT ${cases((kind) => `'${kind}'`)} AS kind, ${cases((kind) => columnsOf[kind][0])} AS value,
          ${has("callers") ? "coalesce(client, '')" : "''"} AS client, ${outcomes}
        FROM (${rows}) AS counted GROUP BY GROUPING SETS (${sets.map((columns) => `(${columns.join(", ")})`).join(", ")})
      ) AS summed WHERE kind = 'callers' OR value <> ''
    ) AS ranked WHERE place <= ${topValues} ORDER BY place`;
}

function overviewOf({ from, to, barSeconds }: LogRange, rows: Bar[], facets: Facet[]): AccessLogOverview {
  const bars: AccessLogOverview["bars"] = [];
  for (let start = from; start < to; start += barSeconds * 1000)
    bars.push({ start: new Date(start).toISOString(), allowed: 0, denied: 0, codes: {} });
  const total = { allowed: 0, denied: 0 };
  for (const { bar: index, code, isDenied, count } of rows) {
    const bar = bars[index];
    if (!bar) continue;
    const outcome = isDenied ? "denied" : "allowed";
    bar[outcome] += count;
    total[outcome] += count;
    if (isDenied) bar.codes[code] = (bar.codes[code] ?? 0) + count;
  }
  const of = (wanted: FacetKind) => facets.filter(({ kind }) => kind === wanted);
  const valuesOf = (kind: FacetKind) =>
    of(kind).map(({ value, allowed, denied }) => ({ value, allowed, denied }));
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    barSeconds,
    bars,
    total,
    facets: {
      keys: of("keys").map(({ value, name, allowed, denied }) => ({ value, name, allowed, denied })),
      codes: valuesOf("codes"),
      routes: valuesOf("routes"),
      callers: of("callers").map(({ value, client, allowed, denied }) => ({
        ip: value,
        client,
        allowed,
        denied,
      })),
    },
  };
}
