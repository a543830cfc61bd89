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
  return inOneSnapshot(range, async (ask, counted) => {
    const rows = (kind: Kind) =>
      ask((value) => summed(kind, rowsOf(levels[kind], kind === "chart", ranged, counted, value), range));
    return overviewOf(range, {
      bars: await rows("chart"),
      keys: await rows("keys"),
      codes: await rows("codes"),
      routes: await rows("routes"),
      callers: await rows("callers"),
    } as Rows);
  });
}

const kinds = ["chart", "keys", "codes", "routes", "callers"] as const;
type Kind = (typeof kinds)[number];
/** What the counts of a level don't tell. */
const finer: Partial<Record<Level, Partial<Record<Kind, Level>>>> = {
  workspace: { keys: "keys", routes: "workspaceRoutes", callers: "workspaceCallers" },
  workspaceRoutes: { keys: "callers", callers: "callers" },
  workspaceCallers: { keys: "callers", routes: "callers" },
  keys: { routes: "callers", callers: "callers" },
};
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

function summed(kind: Kind, rows: string, range: LogRange): string {
  if (kind === "chart")
    return `SELECT ${barOf(range)} AS bar, code, is_denied AS "isDenied", sum(count)::float8 AS count
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
