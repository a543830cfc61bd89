import type { ListAccessLogQuery } from "@/lib/contracts/access-log-query";
import type { AccessLogEntry, AccessLogPage } from "@/lib/contracts/access-logs";
import { AppError } from "@/lib/contracts/app-error";
import type { MemberActor } from "../actor";
import { db } from "../runtime";
import { cursorOfEntry, entryId } from "./entry-id";
import { findEntry, type LoggedEntry, listAccessLog } from "./list-access-log";
import { memberFilter } from "./log-filter";

/**
 * The log that a member can read: the whole workspace's, or only their own keys and sign-ins. Includes the names of
 * keys and people.
 */
export async function listWorkspaceLog(
  actor: MemberActor,
  query: ListAccessLogQuery,
): Promise<AccessLogPage> {
  const { cursor, limit, ...filters } = query;
  const page = await listAccessLog({ ...(await memberFilter(actor, filters)), cursor, limit });
  return {
    entries: await withNames(actor.workspaceId, page.entries),
    nextCursor: page.nextCursor,
    completeUpTo: page.completeUpTo.toISOString(),
    silentSince: page.silentSince.map((since) => since.toISOString()),
  };
}

/** One entry of either view, for a link to it. @throws AppError `not_found` if the member can't see one with this id */
export async function readWorkspaceEntry(actor: MemberActor, id: string): Promise<AccessLogEntry> {
  const cursor = cursorOfEntry(id);
  const entry = cursor ? await findEntry(await memberFilter(actor, { view: "all" }), cursor) : undefined;
  if (!entry)
    throw new AppError("not_found", "There is no such entry. It may be older than the log keeps entries.");
  const [named] = await withNames(actor.workspaceId, [entry]);
  return named as AccessLogEntry;
}

/** Entries as the console shows them, with the names of keys and people. */
export async function withNames(workspaceId: string, entries: LoggedEntry[]): Promise<AccessLogEntry[]> {
  const [keys, users] = await Promise.all([namedKeys(workspaceId, entries), namedUsers(entries)]);
  return entries.map(
    ({ cursor, keyId, userId, ...entry }): AccessLogEntry => ({
      id: entryId(cursor),
      at: entry.at.toISOString(),
      requestId: entry.requestId,
      key: keyId ? (keys.get(keyId) ?? null) : null,
      user: userId ? (users.get(userId) ?? null) : null,
      method: entry.method,
      path: entry.path,
      outcome: entry.outcome,
      status: entry.status,
      code: entry.code,
      ip: entry.ip,
      userAgent: entry.userAgent,
      source: entry.source,
      ...(entry.wouldDeny && { wouldDeny: entry.wouldDeny }),
      ...(entry.attempts && { attempts: { ...entry.attempts, lastAt: entry.attempts.lastAt.toISOString() } }),
    }),
  );
}

async function namedKeys(workspaceId: string, entries: LoggedEntry[]) {
  const ids = [...new Set(entries.flatMap(({ keyId }) => keyId ?? []))];
  const keys = await db().apiKey.findMany({
    where: { workspaceId, id: { in: ids } },
    select: { id: true, name: true, prefix: true, suffix: true },
  });
  return new Map(keys.map((key) => [key.id, key]));
}

async function namedUsers(entries: LoggedEntry[]) {
  const ids = [...new Set(entries.flatMap(({ userId }) => userId ?? []))];
  const users = await db().user.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } });
  return new Map(users.map((user) => [user.id, user]));
}
