import { AppError, isAppError } from "@/lib/contracts/app-error";
import type { Origin } from "../actor";
import { recordSignInAttempt } from "../logs/record-sign-in-attempt";
import { db, runtime } from "../runtime";
import type { CurrentSession } from "./session-store";

const wrongAnswersAllowed = 10;

/**
 * Judges what a signed-in person proves who they are with, if it is something that can be guessed: a password or a code. Each
 * attempt is an access-log row before the answer.
 *
 * Wrong answers count in their own session: a stranger's, at the sign-in page or in a stolen session, must not keep the owner from
 * confirming (S08). The tenth in a row ends the session, so that a stolen one cannot guess for ever. A higher count per account
 * bounds what many stolen sessions can guess together. The address does not count: a live session is harder to get than an
 * address, and the owner may share theirs with a stranger.
 * @param judge Throws `incorrect_credentials` or `incorrect_code` for a wrong answer.
 * @throws AppError what `judge` throws; `not_signed_in` after the tenth wrong answer; `too_many_attempts`
 */
export async function confirmInSession<Result>(
  session: CurrentSession,
  origin: Origin,
  judge: () => Promise<Result>,
): Promise<Result> {
  const { signInThrottle } = runtime();
  const record = (code: Parameters<typeof recordSignInAttempt>[1]) =>
    recordSignInAttempt({ id: session.userId }, code, origin);
  const attempt = await countAttempt(session);
  let result: Result;
  try {
    await signInThrottle.countConfirmation(session.userId);
    result = await judge();
  } catch (error) {
    if (!isAppError(error) || !isRefusal(error.code)) throw error;
    await record(error.code);
    if (error.code === "too_many_attempts" || attempt < wrongAnswersAllowed) throw error;
    throw await endSession(session);
  }
  // The session's own count is reset with its token: see renewSessionToken.
  await signInThrottle.forgiveConfirmations(session.userId);
  await record("reauthenticated");
  return result;
}

/**
 * Counts before the answer is judged, so that answers at once cannot all pass the same count.
 * @returns Which wrong answer in a row this would be.
 */
async function countAttempt(session: CurrentSession): Promise<number> {
  const [counted] = await db().$queryRaw<{ attempt: number }[]>`
    UPDATE sessions SET wrong_codes = wrong_codes + 1 WHERE id = ${session.id} RETURNING wrong_codes AS attempt`;
  if (!counted) throw new AppError("not_signed_in");
  if (counted.attempt > wrongAnswersAllowed) throw await endSession(session);
  return counted.attempt;
}

async function endSession({ id }: CurrentSession): Promise<AppError> {
  await db().session.deleteMany({ where: { id } });
  return new AppError("not_signed_in", "That was the tenth wrong answer. Sign in again.");
}

const refusals = [
  "incorrect_credentials",
  "incorrect_code",
  "account_disabled",
  "too_many_attempts",
] as const;
type Refusal = (typeof refusals)[number];

function isRefusal(code: string): code is Refusal {
  return refusals.some((refusal) => refusal === code);
}
