import type { ListAccessLogQuery } from "@/lib/contracts/access-log-query";
import type { AccessLogPage } from "@/lib/contracts/access-logs";
import type { MemberActor } from "../actor";
import { db } from "../runtime";
import { type LoggedEntry, listAccessLog } from "./list-access-log";
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
  const [keys, users] = await Promise.all([
    namedKeys(actor.workspaceId, page.entries),
    namedUsers(page.entries),
  ]);
  return {
    entries: page.entries.map(
      ({ at, writer, seq, workspaceId, keyId, userId, wouldDeny, attempts, ...entry }) => ({
        ...entry,
        id: `${writer}.${seq}`,
        at: at.toISOString(),
        key: keyId ? (keys.get(keyId) ?? null) : null,
        user: userId ? (users.get(userId) ?? null) : null,
        ...(wouldDeny && { wouldDeny }),
        ...(attempts && { attempts: { ...attempts, lastAt: attempts.lastAt.toISOString() } }),
      }),
    ),
    nextCursor: page.nextCursor,
    completeUpTo: page.completeUpTo.toISOString(),
    silentSince: page.silentSince.map((since) => since.toISOString()),
  };
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
