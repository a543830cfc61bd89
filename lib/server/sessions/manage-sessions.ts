import type { SessionEnds, SessionView } from "@/lib/contracts/account";
import { AppError } from "@/lib/contracts/app-error";
import type { Origin } from "../actor";
import { recordAccountEvent } from "../audit/record-audit-event";
import { db, runtime } from "../runtime";
import type { CurrentSession } from "./session-store";

/** The person's active sessions, the current one first, then the most recently active. */
export async function listSessions(current: CurrentSession): Promise<SessionView[]> {
  const idleSince = new Date(Date.now() - runtime().env.sessionIdleSeconds * 1000);
  const rows = await db().session.findMany({
    where: { userId: current.userId, expiresAt: { gt: new Date() }, lastActiveAt: { gt: idleSince } },
    orderBy: { lastActiveAt: "desc" },
    take: 100,
  });
  const views = rows.map((row) => ({
    id: row.id,
    current: row.id === current.id,
    createdAt: row.createdAt.toISOString(),
    lastActiveAt: row.lastActiveAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    ip: row.ip,
    userAgent: row.userAgent,
  }));
  return views.sort((a, b) => Number(b.current) - Number(a.current));
}

/** Ends one of the person's sessions. Every instance rejects its next request. */
export async function revokeSession(
  current: CurrentSession,
  sessionId: string,
  origin: Origin,
): Promise<void> {
  await db().$transaction(async (transaction) => {
    const { count } = await transaction.session.deleteMany({
      where: { id: sessionId, userId: current.userId },
    });
    if (count === 0) throw new AppError("not_found", "This session has already ended.");
    const user = { id: current.userId, name: current.userName };
    await recordAccountEvent(transaction, user, "session.revoked", origin, {
      target: { type: "session", id: sessionId, name: current.userName },
    });
  });
}

/**
 * Ends all of the person's sessions except the current one.
 * @returns How many ended.
 */
export async function revokeOtherSessions(current: CurrentSession, origin: Origin): Promise<number> {
  return db().$transaction(async (transaction) => {
    const { count } = await transaction.session.deleteMany({
      where: { userId: current.userId, id: { not: current.id } },
    });
    const user = { id: current.userId, name: current.userName };
    if (count > 0)
      await recordAccountEvent(transaction, user, "session.revoked", origin, {
        target: { type: "user", id: user.id, name: `${count} other sessions` },
      });
    return count;
  });
}

const longestNoticeSeconds = 120;

/**
 * How much time a session has left. Returns durations by the database's clock, because the browser's clock may be
 * wrong.
 * @throws AppError `not_signed_in` if it has just ended.
 */
export async function findSessionEnds({ id, userId }: CurrentSession): Promise<SessionEnds> {
  const { sessionIdleSeconds } = runtime().env;
  const [left] = await db().$queryRaw<Pick<SessionEnds, "idleSeconds" | "absoluteSeconds">[]>`
    SELECT greatest(0, extract(epoch FROM last_active_at - now()) + ${sessionIdleSeconds})::float AS "idleSeconds",
      greatest(0, extract(epoch FROM expires_at - now()))::float AS "absoluteSeconds"
    FROM sessions WHERE id = ${id} AND user_id = ${userId}`;
  if (!left) throw new AppError("not_signed_in");
  return { ...left, noticeSeconds: Math.min(longestNoticeSeconds, sessionIdleSeconds / 10) };
}
