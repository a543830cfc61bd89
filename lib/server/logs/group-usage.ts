import { valuesPerChoice } from "@/lib/contracts/choice";
import { type LogRange, usageRange } from "@/lib/contracts/log-range";
import type { RequestCounts } from "@/lib/contracts/quotas";
import type { UsageGroup, UsageGrouping, UsageRequests } from "@/lib/contracts/usage";
import type { UsageRequestsQuery } from "@/lib/contracts/usage-query";
import type { MemberActor } from "../actor";
import { runtime } from "../runtime";
import { barOf, inOneSnapshot, outcomes, rowsOf, sums } from "./log-counts";
import { memberFilter, type Value } from "./log-filter";

const mostGroups = 20;

type Group = Omit<UsageGroup, "bars">;

/**
 * The requests of a range by bar, and those of the most frequent keys, permission levels, routes or codes. Read only from the counts
 * beside the log. The total and the bars have every request; a route has only those of callers that are counted one by one.
 */
export async function groupUsage(
  actor: MemberActor,
  { key, by, range: preset }: UsageRequestsQuery,
): Promise<UsageRequests> {
  await runtime().engine.accessLog.settled();
  const shown = usageRange(preset, Date.now());
  const filter = {
    ...(await memberFilter(actor, { view: "keys", ...(key && { key: { is: [key], not: [] } }) })),
    from: new Date(shown.from).toISOString(),
    before: new Date(shown.to).toISOString(),
  };
  const isWhole = !key && filter.ownerId === null;
  const total = isWhole ? "workspace" : "keys";
  const level = {
    key: "keys",
    permission: "keys",
    route: isWhole ? "workspaceRoutes" : "callers",
    code: total,
  } as const;
  return inOneSnapshot(filter, shown, async (ask, range) => {
    const counted = (byBar: boolean, value: Value) => rowsOf(level[by], byBar, filter, range, value);
    const all = await ask<{ bar: number } & RequestCounts>(
      (value) =>
        `SELECT bar, ${sums} FROM (SELECT ${barOf(range)} AS bar, ${outcomes} FROM (${rowsOf(total, true, filter, range, value)}) AS counted
          GROUP BY 1) AS summed`,
    );
    const groups = await ask<Group>((value) => topGroups(by, counted(false, value)));
    const values = groups.map((group) => group.value);
    const bars = await ask<Bar & { value: string }>((value) =>
      groupBars(by, counted(true, value), value(values), range),
    );
    return {
      from: filter.from,
      to: filter.before,
      barSeconds: range.barSeconds,
      total: { allowed: sum(all, "allowed"), denied: sum(all, "denied") },
      bars: barsOf(
        range,
        all.map(({ bar, allowed, denied }) => ({ bar, count: allowed + denied })),
      ),
      groups: groups.map((group) => ({
        ...group,
        bars: barsOf(
          range,
          bars.filter(({ value }) => value === group.value),
        ),
      })),
    };
  });
}

const columns = { key: "key_id", permission: "key_id", route: "route", code: "code" };

function topGroups(by: UsageGrouping, rows: string): string {
  const column = columns[by];
  const groups = `SELECT ${column} AS value, ${outcomes} FROM (${rows}) AS counted WHERE ${column} <> '' GROUP BY 1`;
  const top = `ORDER BY coalesce(allowed, 0) + coalesce(denied, 0) DESC, 1 LIMIT ${mostGroups}`;
  if (by === "key")
    return `SELECT value, (SELECT name FROM api_keys k WHERE k.id = value) AS name, NULL AS keys, ${sums} FROM (${groups}) AS grouped ${top}`;
  if (by !== "permission")
    return `SELECT value, NULL AS name, NULL AS keys, ${sums} FROM (${groups}) AS grouped ${top}`;
  return `SELECT value, NULL AS name, keys, ${sums} FROM (
      SELECT k.permission_level::text AS value, sum(allowed) AS allowed, sum(denied) AS denied,
        CASE WHEN count(*) <= ${valuesPerChoice} THEN array_agg(k.id ORDER BY k.id) END AS keys
      FROM (${groups}) AS of_key JOIN api_keys k ON k.id = of_key.value GROUP BY 1
    ) AS grouped ${top}`;
}

/** @param values The placeholder of the groups' values. */
function groupBars(by: UsageGrouping, rows: string, values: string, range: LogRange): string {
  const column = columns[by];
  const isShown = by === "permission" ? "true" : `${column} = ANY(${values}::text[])`;
  const bars = `SELECT ${column} AS value, ${barOf(range)} AS bar, sum(count) AS count FROM (${rows}) AS counted WHERE ${isShown} GROUP BY 1, 2`;
  if (by !== "permission") return `SELECT value, bar, count::float8 AS count FROM (${bars}) AS summed`;
  return `SELECT k.permission_level::text AS value, bar, sum(count)::float8 AS count
    FROM (${bars}) AS of_key JOIN api_keys k ON k.id = of_key.value WHERE k.permission_level::text = ANY(${values}::text[]) GROUP BY 1, 2`;
}

type Bar = { bar: number; count: number };

function barsOf({ from, to, barSeconds }: LogRange, counted: Bar[]): number[] {
  const bars = new Array<number>((to - from) / (barSeconds * 1000)).fill(0);
  for (const { bar, count } of counted) bars[bar] = count;
  return bars;
}

function sum(rows: RequestCounts[], outcome: keyof RequestCounts): number {
  return rows.reduce((total, row) => total + row[outcome], 0);
}
