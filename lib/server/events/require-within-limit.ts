import { AppError, wholeSeconds } from "@/lib/contracts/app-error";
import type { Actor } from "../actor";
import type { Throttle } from "../throttle";

/**
 * Counts one use of a workspace. The operator's command line isn't limited.
 * @param uses What there were too many of.
 * @throws AppError `too_many_attempts` for people, `rate_limit_exceeded` for keys and services
 */
export async function requireWithinLimit(throttle: Throttle, actor: Actor, uses: string): Promise<void> {
  if (actor.type === "system" && actor.service === undefined) return;
  const waitMs = await throttle.consume(actor.workspaceId);
  if (waitMs === null) return;
  const code = actor.type === "member" ? "too_many_attempts" : "rate_limit_exceeded";
  throw new AppError(code, `Too many ${uses}. Wait a moment and try again.`, {
    retryAfterSeconds: wholeSeconds(waitMs),
  });
}
