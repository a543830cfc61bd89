import type { ListAccessLogQuery } from "@/lib/contracts/access-log-query";
import type { LogCode, LogSource, Outcome } from "@/lib/contracts/access-logs";
import { type Choice, parseCaller } from "@/lib/contracts/choice";
import { rangeOf } from "@/lib/contracts/log-range";
import { roleMay } from "@/lib/contracts/permissions";
import type { MemberActor } from "../actor";
import { db } from "../runtime";

/** Which entries of the log. */
export type LogFilter = {
  /** Null for the operator: all entries on this server, including those of unknown keys and accounts. */
  workspaceId: string | null;
  /** Only entries of keys that this member owns now. Null: the whole workspace. */
  ownerId: string | null;
  /** People whose sign-ins may be read. */
  signInsOf: string[];
  view: "keys" | "sign-ins" | "all";
  outcome?: Outcome;
  from?: string;
  /** Including this moment. */
  to?: string;
  /** Excluding this moment. */
  before?: string;
  key?: Choice;
  owner?: Choice;
  code?: Choice<LogCode>;
  source?: Choice<LogSource>;
  environment?: Choice;
  method?: Choice;
  client?: Choice;
  route?: Choice;
  path?: Choice;
  ip?: Choice;
  caller?: Choice;
  requestId?: string;
};

/** Adds a value to a query's parameters and returns its placeholder. */
export type Value = (item: unknown) => string;

/** What a member can read of the log: the whole workspace's, or only their own keys and sign-ins. */
export async function memberFilter(
  actor: MemberActor,
  {
    range,
    from,
    to,
    ...query
  }: Omit<ListAccessLogQuery, "cursor" | "limit" | "view"> & Pick<LogFilter, "view">,
): Promise<LogFilter> {
  // The list and the export have the same whole bars as the chart.
  const bars = rangeOf({ range, from, to }, Date.now());
  const readsAll = roleMay(actor.role, "access_log.read_all");
  return {
    ...query,
    ...(from && { from }),
    ...(to && { before: to }),
    ...(bars && { from: new Date(bars.from).toISOString(), before: new Date(bars.to).toISOString() }),
    workspaceId: actor.workspaceId,
    ownerId: readsAll ? null : actor.userId,
    signInsOf: query.view === "keys" ? [] : readsAll ? await memberIds(actor.workspaceId) : [actor.userId],
  };
}

export async function memberIds(workspaceId: string): Promise<string[]> {
  const members = await db().member.findMany({ where: { workspaceId }, select: { userId: true } });
  return members.map(({ userId }) => userId);
}

/** Conditions on access_log.entries. */
export function entryConditions(filter: LogFilter, value: Value): string[] {
  return [
    viewCondition(filter, value),
    ...(filter.outcome ? [`outcome = ${value(filter.outcome)}`] : []),
    ...codeConditions(filter.code, value),
    ...textConditions("source", filter.source, value),
    ...textConditions("coalesce(method, '')", filter.method, value),
    ...textConditions("coalesce(client, '')", filter.client, value),
    ...textConditions("coalesce(route, '')", filter.route, value),
    ...pathConditions(filter.path, value),
    ...blockConditions("ip", filter.ip, value),
    ...callerConditions("ip", "coalesce(client, '')", filter.caller, value),
    ...(filter.from ? [`at >= ${value(filter.from)}::timestamptz`] : []),
    ...(filter.to ? [`at <= ${value(filter.to)}::timestamptz`] : []),
    ...(filter.before ? [`at < ${value(filter.before)}::timestamptz`] : []),
    ...(filter.requestId ? [`request_id = ${value(filter.requestId)}`] : []),
  ];
}

/** Conditions on access_log.refused_sign_ins. Null if none of its rows match. */
export function refusedSignInConditions(filter: LogFilter, value: Value): string[] | null {
  if (filter.view === "keys" || filter.key || filter.outcome === "allowed") return null;
  // They come from the console and have no method and path.
  const { source, method, path, route } = filter;
  if ([method, path, route].some((choice) => choice?.is.length)) return null;
  if ((source?.is.length && !source.is.includes("console")) || source?.not.includes("console")) return null;
  const all = [filter.workspaceId === null ? "true" : `user_id = ANY(${value(filter.signInsOf)})`];
  if (filter.code?.is.length) all.push(`codes && ${value(filter.code.is)}`);
  if (filter.code?.not.length) all.push(`NOT codes && ${value(filter.code.not)}`);
  all.push(
    ...blockConditions("coalesce(ip, block)", filter.ip, value),
    ...callerConditions("coalesce(ip, block)", "''", filter.caller, value),
  );
  if (filter.from) all.push(`last_at >= ${value(filter.from)}::timestamptz`);
  if (filter.to) all.push(`first_at <= ${value(filter.to)}::timestamptz`);
  if (filter.before) all.push(`first_at < ${value(filter.before)}::timestamptz`);
  if (filter.requestId) all.push(`request_id = ${value(filter.requestId)}`);
  return all;
}

function viewCondition(filter: LogFilter, value: Value): string {
  if (filter.workspaceId === null) return filter.view === "all" ? "true" : `kind = '${kindOf(filter.view)}'`;
  const decisions = () => ["kind = 'decision'", ...keyConditions(filter, value)].join(" AND ");
  const signIns = () => `kind = 'sign_in' AND user_id = ANY(${value(filter.signInsOf)})`;
  if (filter.view === "keys") return decisions();
  return filter.view === "sign-ins" ? signIns() : `((${decisions()}) OR (${signIns()}))`;
}

function kindOf(view: "keys" | "sign-ins"): string {
  return view === "keys" ? "decision" : "sign_in";
}

/** Conditions on the key of an entry or a count: which keys may be read, and which are asked for. */
export function keyConditions(filter: LogFilter, value: Value): string[] {
  const { workspaceId, ownerId, owner, environment } = filter;
  const workspace = value(workspaceId);
  const keysWith = (condition: string) =>
    `key_id IN (SELECT id FROM api_keys WHERE workspace_id = ${workspace} AND ${condition})`;
  return [
    `workspace_id = ${workspace}`,
    ...(ownerId === null ? [] : [keysWith(`owner_id = ${value(ownerId)}`)]),
    ...textConditions("key_id", filter.key, value),
    ...textConditions("owner_id", owner, value).map(keysWith),
    ...textConditions("environment", environment, value).map(keysWith),
  ];
}

/** A code is also shown where it is the reason why an allowed request would have been denied. */
export function codeConditions(code: Choice | undefined, value: Value): string[] {
  if (!code) return [];
  const is = code.is.length > 0 ? value(code.is) : null;
  return [
    ...(is === null ? [] : [`(code = ANY(${is}) OR would_deny = ANY(${is}))`]),
    ...(code.not.length > 0 ? [`code <> ALL(${value(code.not)})`] : []),
  ];
}

export function textConditions(column: string, choice: Choice | undefined, value: Value): string[] {
  return [
    ...(choice?.is.length ? [`${column} = ANY(${value(choice.is)})`] : []),
    ...(choice?.not.length ? [`${column} <> ALL(${value(choice.not)})`] : []),
  ];
}

/** @param column Of type inet or cidr. Unknown addresses are in no block. */
export function blockConditions(column: string, choice: Choice | undefined, value: Value): string[] {
  return [
    ...(choice?.is.length ? [`${column} <<= ANY(${value(choice.is)}::inet[])`] : []),
    ...(choice?.not.length ? [`NOT coalesce(${column} <<= ANY(${value(choice.not)}::inet[]), false)`] : []),
  ];
}

/** @param column As for blockConditions. @param client A column, empty where the client is unknown. */
export function callerConditions(
  column: string,
  client: string,
  choice: Choice | undefined,
  value: Value,
): string[] {
  const isCaller = (text: string) => {
    const { ip, client: product } = parseCaller(text);
    const isInBlock = ip === "" ? `${column} IS NULL` : `coalesce(${column} <<= ${value(ip)}::inet, false)`;
    return `(${isInBlock} AND ${client} = ${value(product)})`;
  };
  return [
    ...(choice?.is.length ? [`(${choice.is.map(isCaller).join(" OR ")})`] : []),
    ...(choice?.not.map((text) => `NOT ${isCaller(text)}`) ?? []),
  ];
}

function pathConditions(choice: Choice | undefined, value: Value): string[] {
  const begins = (paths: string[]) => `coalesce(path, '') LIKE ANY(${value(paths.map(prefixPattern))})`;
  return [
    ...(choice?.is.length ? [begins(choice.is)] : []),
    ...(choice?.not.length ? [`NOT ${begins(choice.not)}`] : []),
  ];
}

function prefixPattern(prefix: string): string {
  return `${prefix.replace(/[\\%_]/g, "\\$&")}%`;
}
