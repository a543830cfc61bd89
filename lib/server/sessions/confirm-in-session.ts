import { AppError, isAppError } from "@/lib/contracts/app-error";
import type { Origin } from "../actor";
import { recordSignInAttempt } from "../logs/record-sign-in-attempt";
import { db, runtime } from "../runtime";
import type { CurrentSession } from "./session-store";

const wrongAnswersAllowed = 10;

/**
 * Checks a password or code with which a signed-in person confirms who they are. Each attempt is written to the
 * access log before the response.
 *
 * Wrong answers are counted per session, so that attempts elsewhere, such as at sign-in or in a stolen session, can't
 * keep the owner from confirming (S08). The tenth wrong answer in a row ends the session, which limits guessing with
 * a stolen session. A higher limit per account covers several stolen sessions. The IP address isn't counted: a live
 * session is harder to get than an address, and the owner may share the address with an attacker.
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
  // renewSessionToken resets the session's own count.
  await signInThrottle.forgiveConfirmations(session.userId);
  await record("reauthenticated");
  return result;
}

/**
 * Counts the attempt before checking the answer, so that concurrent answers can't all pass on the same count.
 * @returns The number of consecutive wrong answers if this one is wrong.
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
  return new AppError("not_signed_in", "Too many wrong answers. Sign in again.");
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
