import type { SessionEnds } from "@/lib/contracts/account";
import { AppError } from "@/lib/contracts/app-error";
import { db, runtime } from "../runtime";
import type { CurrentSession } from "./session-store";

const longestNoticeSeconds = 120;

/**
 * How long a session goes on. Durations by the database's clock, which decides: the browser's may be wrong by hours.
 * @throws AppError `not_signed_in` where it has just ended.
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
